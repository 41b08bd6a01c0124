// A habit's page, the week and statistics: what they show, what can be done there, and that everybody can use them.

import { dateOfDay, dayOfDate, dayToText, startOfYear } from "@syncline/kanso-domain";
import type { Page } from "playwright";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { askServer, type KansoApp, openKanso, openSample, startKanso, today } from "./kanso-app.ts";
import { overflowOf, problemsOf } from "./phone.ts";
import { createSample } from "./sample.ts";

useBrowser();

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1280, height: 800 };
const SAMPLE = createSample({ habits: 7, days: 500, today: today() }).habits;

let app: KansoApp;
let page: Page;
beforeAll(async () => {
  app = await startKanso();
  ({ page } = await openSample(app));
});

function addressOf(title: string): string {
  return `/habits/${SAMPLE.find((habit) => habit.title === title)?.id}`;
}

test("a habit's year is gone through by keys, and each day can be corrected and taken back", async () => {
  await page.setViewportSize(WIDE);
  await page.goto(app.url + addressOf("Run by the river"));
  const cell = (day: number) => page.locator(`.year-grid [data-day="${day}"]`);
  await cell(today()).waitFor();
  const { year } = dateOfDay(startOfYear(today()) - 1);
  await page.getByRole("button", { name: "Previous year" }).click();
  await page.getByRole("heading", { name: `Year ${year}` }).waitFor();
  await page.locator(`.year-grid [aria-label^="31 December ${year}"]`).waitFor();
  const december = (day: number) => dayOfDate(year, 12, day);
  await cell(december(20)).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowUp");
  const before = december(12);
  expect(await cell(before).evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await cell(before).getAttribute("tabindex")).toBe("0");
  const said = (await cell(before).getAttribute("aria-label")) ?? "";
  expect(said).toMatch(new RegExp(`^12 December ${year}, (done|partly done|not done|skipped)`));

  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Value (km)").fill("3");
  await sheet.getByLabel("Note").fill("Against the wind");
  await sheet.getByRole("button", { name: "Save" }).click();
  await labelIs(before, /, partly done, 3 of 5 km$/);
  await cell(before).press("Enter");
  await expect.poll(() => sheet.getByLabel("Note").inputValue()).toBe("Against the wind");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Undo" }).click();
  await labelIs(before, new RegExp(`^${said}$`));

  await page.getByRole("button", { name: "Add a past day" }).click();
  await sheet.getByLabel("Day").fill(dayToText(today() + 2));
  await sheet.getByRole("button", { name: "Continue" }).click();
  await sheet.getByText("This day is still to come.").waitFor();
  await sheet.getByLabel("Day").fill(dayToText(december(24)));
  await sheet.getByRole("button", { name: "Continue" }).click();
  await sheet.getByRole("radio", { name: "Skipped" }).check();
  await sheet.getByRole("button", { name: "Save" }).click();
  await labelIs(december(24), new RegExp(`^24 December ${year}, skipped$`));

  await page.getByText("As a table").first().click();
  await expect
    .poll(() => page.locator(".plot-table tbody tr").count(), { timeout: 30_000 })
    .toBeGreaterThan(10);
});

test("a habit that is not there says so; one that is archived is shown, and comes back", async () => {
  await page.setViewportSize(PHONE);
  await page.goto(`${app.url}/habits/nobody-knows`);
  await page.getByRole("heading", { level: 1, name: "not on this device" }).waitFor();
  await page.goto(app.url + addressOf("Piano"));
  await page.getByText("Monday, Wednesday and Friday").waitFor();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByText("Piano is in the archive").waitFor();
  await page.goto(app.url + addressOf("Piano"));
  await page.getByText("In the archive").waitFor();
  await page.getByRole("button", { name: "Take back out" }).click();
  await page.getByRole("button", { name: "Archive", exact: true }).waitFor();
});

test("in the week a tap completes, keys go from day to day, and amounts have their sheet", async () => {
  await page.setViewportSize(PHONE);
  await page.goto(`${app.url}/week`);
  const pages = page.getByRole("button", { name: /^Morning pages, / });
  const at = (((today() + 3) % 7) + 7) % 7; // Monday is the first
  const cell = pages.nth(at);
  const wasDone = (await cell.getAttribute("aria-pressed")) === "true";
  await cell.click();
  await until(
    async () => (await cell.getAttribute("aria-pressed")) === String(!wasDone),
    "a tap toggles",
  );
  await page.getByRole("button", { name: "Undo" }).click();
  await until(
    async () => (await cell.getAttribute("aria-pressed")) === String(wasDone),
    "it is taken back",
  );
  await cell.focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Value (glasses)").fill("5");
  await sheet.getByRole("button", { name: "Save" }).click();
  await page
    .getByRole("button", { name: /^Drink water, .*, partly done, 5 of 8 glasses$/ })
    .waitFor();

  const range = page.locator(".week-bar strong");
  const shown = await range.textContent();
  await page.getByRole("button", { name: "Previous week" }).click();
  await until(async () => (await range.textContent()) !== shown, "another week is shown");
  expect(page.url()).toContain("?week=");
  await page.getByRole("button", { name: "This week" }).click();
  await until(async () => (await range.textContent()) === shown, "this week is shown again");
  // An arrow that leads nowhere is not there.
  await expect
    .poll(() => page.getByRole("button", { name: "Next week" }).count(), { timeout: 30_000 })
    .toBe(0);
});

test("statistics say what the server says", async () => {
  await page.setViewportSize(WIDE);
  await page.goto(`${app.url}/statistics`);
  const start = dayToText(startOfYear(today()));
  const answer = await askServer(
    app,
    `/api/v1/stats/progress?period=year&start_date=${start}&end_date=${dayToText(today())}`,
  );
  const { overall_completion_rate: rate, habits } = answer as {
    overall_completion_rate: number;
    habits: { habit_title: string; completion_rate: number; streak: { current: number } }[];
  };
  const year = page.locator(".figure", { hasText: "This year" }).locator("strong");
  await until(async () => (await year.textContent()) === `${Math.round(rate)}%`, "the same rate");
  await page.getByText("Year", { exact: true }).click();
  for (const { habit_title: title, completion_rate: own } of habits) {
    const row = page.locator(".ranking-row", { hasText: title }).locator(".ranking-rate");
    await until(
      async () => (await row.textContent()) === `${Math.round(own)}%`,
      `${title}: ${own}`,
    );
  }
});

test("a vacation is added for some habits, shows in their calendar, and can be taken back", async () => {
  await page.setViewportSize(PHONE);
  await page.goto(`${app.url}/statistics`);
  await page.getByRole("button", { name: "Add a vacation" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("First day").fill(dayToText(today() + 1));
  await sheet.getByLabel("Last day").fill(dayToText(today() - 4));
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText("It cannot end before it begins.").waitFor();
  await sheet.getByLabel("Last day").fill(dayToText(today() + 3));
  await sheet.getByLabel("For all habits").uncheck();
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText("Choose at least one habit.").waitFor();
  await sheet.getByLabel("Piano").check();
  await sheet.getByRole("button", { name: "Save" }).click();
  await page.locator(".vacation", { hasText: "Piano" }).waitFor();
  await page.goto(app.url + addressOf("Piano"));
  await labelIs(today() + 2, /, vacation$/);
  await page.goto(`${app.url}/statistics`);
  await page.getByRole("button", { name: /^Remove the vacation/ }).click();
  await page.locator(".vacation").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator(".vacation", { hasText: "Piano" }).waitFor();
});

test.each(["de", "it"])("in %s everything fits on a phone", async (language) => {
  await page.setViewportSize(PHONE);
  await page.evaluate((name) => {
    localStorage.setItem("kanso.preferences", JSON.stringify({ language: name, theme: null }));
  }, language);
  onTestFinished(() => page.evaluate(() => localStorage.removeItem("kanso.preferences")));
  for (const path of ["/week", "/statistics", addressOf("Call my grandmother on Sundays")]) {
    await page.goto(app.url + path);
    await page.locator("[data-cell]").first().waitFor();
    expect(await overflowOf(page), path).toBe(0);
  }
});

test("without habits the pages say what to do", async () => {
  const guest = await openKanso(app, { viewport: PHONE });
  for (const [path, title] of [
    ["/week", "No habits yet"],
    ["/statistics", "Nothing to count yet"],
  ] as const) {
    await guest.page.goto(app.url + path);
    await guest.page.getByRole("heading", { name: title }).waitFor();
    expect(await problemsOf(guest.page), path).toEqual([]);
  }
});

async function labelIs(day: number, label: RegExp): Promise<void> {
  const cell = page.locator(`.year-grid [data-day="${day}"]`);
  await until(
    async () => label.test((await cell.getAttribute("aria-label")) ?? ""),
    `${dayToText(day)} is ${label}`,
  );
}
