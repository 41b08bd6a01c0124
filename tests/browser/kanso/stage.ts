// What the scenes are played on: an account with a year and more, a page that is signed in to it, and a way back from each scene.

import { createHabit, dayAt, dayToText } from "@syncline/kanso-domain";
import type { Page } from "playwright";
import { follow } from "./phone.ts";
import { createSample, type Sample } from "./sample.ts";
import { fillAccount, type KansoApp, logIn } from "./sample-account.ts";
import type { Stage } from "./scenes.ts";

const PASSWORD = "a few quiet words";
const DAYS = 500;

interface Owner {
  readonly email: string;
  readonly sample: Sample;
}

/** Drafts that would ask before they are left are let go. */
export async function closeSheets(page: Page, url: string): Promise<void> {
  const sheet = page.locator("dialog[open]");
  if ((await sheet.count()) > 0) await page.keyboard.press("Escape");
  // A page that is shown again begins anew.
  if (await page.evaluate(() => location.pathname.startsWith("/habits/"))) await page.goto(url);
  else await follow(page, "/nowhere");
}

export function stageOf(
  app: Pick<KansoApp, "url">,
  device: Pick<Stage, "page" | "gate">,
  { email, sample: { habits } }: Owner,
): Stage {
  const idOf = (title: string) => habits.find((one) => one.title.startsWith(title))?.id ?? "";
  const numeric = idOf("Drink");
  return {
    ...device,
    ids: { numeric, wordy: idOf("Call") },
    today: new Date().toISOString().slice(0, 10),
    async elsewhere({ title }) {
      const { token } = await logIn(app, { email, password: PASSWORD });
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const address = `${app.url}/api/v1/habits/${numeric}`;
      const { version } = (await (await fetch(address, { headers })).json()) as { version: number }; // as documented
      const body = JSON.stringify({ title, version });
      await fetch(address, { method: "PUT", headers, body });
    },
  };
}

/** Makes the account, fills it, and signs in to it. */
export async function enter(
  app: KansoApp,
  page: Page,
  url: string,
  { email, sample }: Owner,
): Promise<void> {
  await fillAccount(app, sample, { email, password: PASSWORD });
  await page.goto(`${url}/sign-in`);
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator('.sync-status[data-phase="live"]').waitFor();
  await page.locator(".habit-row").first().waitFor();
}

/** A year and more, of which today is not over: with a timer, a reminder whose time has come, and what is archived. */
export function sampleOf(): Sample {
  const today = dayAt(Date.now(), "UTC");
  const { habits, entries } = createSample({ habits: 7, days: DAYS, today });
  const undone = new Set(habits.slice(2).map(({ id }) => id));
  const where = (daysAgo: number) => ({
    nowMs: (today - daysAgo) * 86_400_000,
    zone: "UTC",
    dayStartHour: 0,
  });
  const timer = {
    title: "Meditate",
    icon: "lotus",
    type: "timer",
    targetValue: 20,
    unit: "min",
    color: "#824499",
    sortOrder: 3,
  };
  const reminded = { title: "Vitamins", icon: "pill", reminderTime: "00:00", color: "#a14400" };
  const resting = { title: "Learn the names of all the trees in the park", icon: "leaf" };
  return {
    habits: [
      ...habits,
      createHabit("meditate", timer, where(90)),
      createHabit("vitamins", { ...reminded, sortOrder: 9 }, where(20)),
      { ...createHabit("trees", resting, where(300)), archivedAt: new Date().toISOString() },
    ],
    entries: entries.filter(({ habitId, day }) => !undone.has(habitId) || day !== dayToText(today)),
  };
}
