// Every page of the app and every sheet over one, and how to come there: in any language, by places rather than by texts.

import type { Page } from "playwright";
import type { Gate } from "../gate.ts";
import { follow } from "./phone.ts";

export interface Scene {
  readonly name: string;
  /** A guest has nothing yet; a member has a year and more. */
  readonly who: "guest" | "member";
  /** All of the page; else what the window shows of it: what lies over a page. */
  readonly whole: boolean;
  show(stage: Stage): Promise<void>;
}

export interface Stage {
  readonly page: Page;
  /** Its network. */
  readonly gate: Gate;
  /** Of the member's habits. */
  readonly ids: {
    readonly numeric: string;
    readonly wordy: string;
  };
  readonly today: string;
  /** Changes a habit on the server, as another device does. */
  readonly elsewhere: (change: {
    readonly title?: string;
    readonly remove?: true;
  }) => Promise<void>;
}

export const SCENES: readonly Scene[] = [
  at("welcome", "guest", "/"),
  at("week-none", "guest", "/week"),
  at("statistics-none", "guest", "/statistics"),
  at("archive-none", "guest", "/archive"),
  at("conflicts-none", "guest", "/conflicts"),
  at("account-guest", "guest", "/account"),
  at("sign-in", "guest", "/sign-in"),
  over("register-problems", "guest", "/sign-in", async ({ page }) => {
    await page.locator("main .segmented label").nth(1).click();
    await page.locator("input[type=email]").fill("ada");
    await page.locator("input[type=password]").fill("short");
    await page.locator("main form button[type=submit]").click();
    await page.locator(".field-problem").first().waitFor();
  }),
  page("ask-mail", "guest", "/sign-in", async ({ page }) => {
    await page.locator("main > .page > .stack:last-child button").click();
    await page.locator("main input[type=password]").waitFor({ state: "detached" });
  }),
  at("mail-link", "guest", "/sign-in#reset=of-a-mail"),
  at("not-found", "guest", "/nowhere"),
  at("habit-missing", "guest", "/habits/none"),
  at("import", "guest", "/import"),
  page("import-preview", "guest", "/import", async ({ page }) => {
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({
        name: "HabitBull.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(HABITBULL),
      });
    await page.locator(".candidates").waitFor();
    await page.locator(".notices summary").click();
  }),
  page("import-refused", "guest", "/import", async ({ page }) => {
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({
        name: "kanso.json",
        mimeType: "application/json",
        buffer: Buffer.from('{"format":"kanso",'),
      });
    await page.getByRole("alert").filter({ hasText: /./ }).first().waitFor();
  }),
  at("today", "member", "/"),
  over("toast", "member", "/", async ({ page }) => {
    await page.locator(".habit-main").first().click();
    await page.locator(".toast").waitFor();
  }),
  over("entry-value", "member", "/", async ({ page }) => openEntry(page, 0)),
  over("entry-note", "member", "/", async ({ page }) => openEntry(page, 1)),
  over("entry-skip", "member", "/", async ({ page }) => {
    await openEntry(page, 0);
    await page.locator("dialog .segmented label").last().click();
  }),
  at("yesterday", "member", "/?day=yesterday"),
  over("timer", "member", "/", async ({ page }) => {
    await page.locator(".habit-row .icon-button + .icon-button").first().scrollIntoViewIfNeeded();
    await page.locator(".habit-row:has(.icon-button + .icon-button) .icon-button").first().click();
    await page.getByRole("timer").waitFor();
  }),
  page("order", "member", "/?order", ({ page }) => page.locator(".order-list").waitFor()),
  at("week", "member", "/week"),
  over("week-sheet", "member", "/week", async ({ page }) => {
    await page.locator("[data-cell='2:0']").press("Enter");
    await page.locator("dialog[open]").waitFor();
  }),
  page("statistics", "member", "/statistics", drawn),
  over("vacation", "member", "/statistics", openVacation),
  over("vacation-problem", "member", "/statistics", async (stage) => {
    await openVacation(stage);
    await stage.page.locator("dialog .switch input").uncheck();
    await stage.page.locator("dialog button[type=submit]").click();
    await stage.page.locator("dialog .field-problem").last().scrollIntoViewIfNeeded();
  }),
  habit("habit-numeric", "numeric", drawn),
  habit("habit-wordy", "wordy", drawn),
  { ...habit("past-day", "wordy", openPastDay), whole: false },
  {
    ...habit("past-day-problem", "wordy", async (stage) => {
      await openPastDay(stage);
      await stage.page.locator("dialog input[type=date]").fill("");
      await stage.page.locator("dialog button[type=submit]").click();
    }),
    whole: false,
  },
  {
    ...habit("history-day", "wordy", async ({ page }) => {
      await page.locator(".habit-history li button").first().click();
      await page.locator("dialog[open]").waitFor();
    }),
    whole: false,
  },
  page("habit-edit", "member", "/habits/:numeric/edit", async ({ page }) => {
    await page.locator(".habit-form").waitFor();
  }),
  {
    ...page("habit-leave", "member", "/habits/:numeric/edit", async ({ page }) => {
      await page.locator(".habit-form input").first().fill("Something else");
      await page.locator(".tabs a").first().click();
      await page.locator("dialog[open]").waitFor();
    }),
    whole: false,
  },
  at("habit-new", "member", "/habits/new"),
  page("habit-new-problems", "member", "/habits/new", async ({ page }) => {
    await page.locator(".segmented label").nth(1).click();
    await page.locator(".habit-form select").first().selectOption("specific_days");
    await page.locator(".habit-form button[type=submit]").click();
    await page.locator(".field-problem").first().waitFor();
  }),
  over("icons", "member", "/habits/new", async ({ page }) => {
    await page.locator(".icon-choice").click();
    await page.locator("dialog[open]").waitFor();
  }),
  at("archive", "member", "/archive"),
  over("archive-delete", "member", "/archive", async ({ page }) => {
    await page.locator(".archived-habit button").last().click();
    await page.locator("dialog[open]").waitFor();
  }),
  over("search", "member", "/", async ({ page }) => openSearch(page, "")),
  over("search-found", "member", "/", async ({ page }) => openSearch(page, "wa")),
  over("search-none", "member", "/", async ({ page }) => openSearch(page, "zzz")),
  over("shortcuts", "member", "/", async ({ page }) => {
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
  }),
  over("sync", "member", "/", openSync),
  at("settings", "member", "/settings"),
  page("account", "member", "/account", async ({ page }) => {
    await page.locator(".device-list li").first().waitFor();
  }),
  over("sign-out", "member", "/account", async ({ page }) => {
    await page.locator(".device-list li").first().waitFor();
    await page.locator("main section").nth(-2).locator("button").click();
    await page.locator("dialog[open]").waitFor();
  }),
  over("account-delete", "member", "/account", async ({ page }) => {
    await page.locator(".device-list li").first().waitFor();
    await page.locator("main .button-danger").click();
    await page.locator("dialog[open]").waitFor();
    await page.locator("dialog button[type=submit]").click();
  }),
  at("export", "member", "/import"),
  over("offline", "member", "/", async (stage) => {
    stage.gate.cut();
    await stage.page.locator(".sync-status[data-mood=waits]").waitFor();
    await openSync(stage);
  }),
  // The network is away since the scene before.
  page("conflicts", "member", "/conflicts", async ({ page, gate, ids, elsewhere }) => {
    await renameHere(
      page,
      `/habits/${ids.numeric}/edit`,
      "Drink more water, and less of everything else",
    );
    await elsewhere({ title: "Drink water before every meal" });
    gate.restore();
    await page.locator(".sync-status[data-mood=acts]").waitFor();
    await follow(page, "/conflicts");
    await page.locator(".decision").first().waitFor();
  }),
  over("conflicts-sheet", "member", "/", openSync),
];

const HABITBULL = [
  "HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText",
  "Meditate,Every morning,Mind,2026-01-01,1,",
  "Push-ups,,Body,2026-01-01,20,",
  "Push-ups,,Body,1 January,20,",
  "A very long name of a habit that somebody has once written down,,Body,2026-01-01,1,",
].join("\n");

function at(name: string, who: Scene["who"], path: string): Scene {
  return page(name, who, path, () => Promise.resolve());
}

function page(
  name: string,
  who: Scene["who"],
  path: string,
  then: (stage: Stage) => Promise<void>,
): Scene {
  return {
    name,
    who,
    whole: true,
    async show(stage) {
      await follow(stage.page, addressIn(stage, path));
      await stage.page.locator("h1").first().waitFor();
      await stage.page.locator(".page-loading").waitFor({ state: "detached" });
      await then(stage);
    },
  };
}

function over(...args: Parameters<typeof page>): Scene {
  return { ...page(...args), whole: false };
}

function habit(
  name: string,
  which: "numeric" | "wordy",
  then: (stage: Stage) => Promise<void>,
): Scene {
  return page(name, "member", `/habits/:${which}`, then);
}

function addressIn({ ids, today }: Stage, path: string): string {
  const yesterday = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
  return path
    .replace(":numeric", ids.numeric)
    .replace(":wordy", ids.wordy)
    .replace("yesterday", yesterday);
}

async function drawn({ page }: Stage): Promise<void> {
  await page.locator("canvas").nth(1).waitFor();
  await page.locator("[data-cell]").first().waitFor();
}

async function openEntry(page: Page, place: number): Promise<void> {
  await page.locator(".habit-main").nth(place).press("Enter");
  await page.locator("dialog[open]").waitFor();
}

async function openVacation(stage: Stage): Promise<void> {
  await drawn(stage);
  await stage.page.locator(".vacations header button").click();
  await stage.page.locator("dialog[open]").waitFor();
}

async function openPastDay(stage: Stage): Promise<void> {
  await drawn(stage);
  await stage.page.locator(".habit-history header button").click();
  await stage.page.locator("dialog[open]").waitFor();
}

async function openSearch(page: Page, text: string): Promise<void> {
  await page.keyboard.press("/");
  await page.locator("dialog[open] input").fill(text);
}

async function openSync({ page }: Stage): Promise<void> {
  await page.locator(".sync-status").click();
  await page.locator("dialog[open]").waitFor();
}

async function renameHere(page: Page, path: string, title: string): Promise<void> {
  await follow(page, path);
  await page.locator(".habit-form input").first().fill(title);
  await page.locator(".habit-form button[type=submit]").click();
  await page.waitForURL(({ pathname }) => !pathname.endsWith("/edit"));
}
