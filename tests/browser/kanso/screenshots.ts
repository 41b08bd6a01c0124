// npm run kanso:screenshots [-- name …]: every page and sheet of the app as phones and desktops show it, light and dark, in
// artifacts/kanso; in German, Italian and high contrast, too. Give names such as `week` or `week-390` to take those only.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHabit, dayAt, dayToText } from "@syncline/kanso-domain";
import { buildWeb } from "@syncline/kanso-web/build";
import { serveWeb } from "@syncline/kanso-web/serve";
import { chromium, type Page } from "playwright";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../../tools/chromium.ts";
import { openGate } from "../gate.ts";
import { layoutProblems } from "./layout-problems.ts";
import { follow } from "./phone.ts";
import { createSample, type Sample } from "./sample.ts";
import { fillAccount, logIn } from "./sample-account.ts";
import { SCENES, type Stage } from "./scenes.ts";

interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark" | "contrast";
  readonly language: "en" | "de" | "it";
}

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1280, height: 800 };
const LOOKS: readonly Look[] = [
  { ...PHONE, theme: "light", language: "en" },
  { ...PHONE, theme: "dark", language: "en" },
  { ...WIDE, theme: "light", language: "en" },
  { ...WIDE, theme: "dark", language: "en" },
  { ...PHONE, theme: "contrast", language: "de" },
  { ...PHONE, theme: "light", language: "it" },
  { ...WIDE, theme: "contrast", language: "de" },
];
const PASSWORD = "a few quiet words";
const DAYS = 500;

const asked = process.argv.slice(2);
const isAsked = (name: string) =>
  asked.length === 0 || asked.some((one) => name === one || name.startsWith(`${one}-`));
const nameOf = (scene: string, { width, theme, language }: Look) =>
  [scene, width, theme, ...(language === "en" ? [] : [language])].join("-");
const folder = fileURLToPath(new URL("../../../artifacts/kanso/", import.meta.url));
mkdirSync(folder, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), "kanso-look-"));
await buildWeb();
const databasePath = join(temporary, "kanso.db");
const app = await serveWeb({
  databasePath,
  secret: "a secret to look at pages with, long enough",
});
const browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
try {
  for (const look of LOOKS) {
    const wanted = SCENES.filter(({ name }) => isAsked(nameOf(name, look)));
    if (wanted.length > 0) await take(wanted, look);
  }
} finally {
  await browser.close();
  await app.close();
  rmSync(temporary, { recursive: true, force: true });
}

async function take(scenes: typeof SCENES, look: Look): Promise<void> {
  const { width, height, theme, language } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme === "dark" ? "dark" : "light",
    locale: { en: "en-GB", de: "de-DE", it: "it-IT" }[language],
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  const kept = JSON.stringify({ language: null, theme: theme === "contrast" ? theme : null });
  await context.addInitScript((value) => localStorage.setItem("kanso.preferences", value), kept);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on("pageerror", (error) => console.log(`page error: ${error.message}`));
  const email = `${theme}-${language}-${width}@example.org`;
  const sample = sampleOf();
  let isMember = false;
  const gate = await openGate(app.url);
  await page.goto(gate.url);
  for (const scene of scenes) {
    if (scene.who === "member" && !isMember) {
      await enter(page, gate.url, { email, sample });
      isMember = true;
    }
    try {
      await scene.show(stageOf({ page, gate }, email, sample));
      const path = join(folder, `${nameOf(scene.name, look)}.png`);
      await page.screenshot({ path, fullPage: scene.whole, animations: "disabled" });
      for (const problem of await layoutProblems(page))
        console.log(`${nameOf(scene.name, look)}: ${problem}`);
    } catch (thrown) {
      console.log(`${nameOf(scene.name, look)}: ${thrown}`);
    }
    await closeSheets(page, gate.url);
  }
  await context.close();
  await gate.close();
  console.log(`${folder}*-${nameOf("", look).slice(1)}.png`);
}

/** Drafts that would ask before they are left are let go. */
async function closeSheets(page: Page, url: string): Promise<void> {
  const sheet = page.locator("dialog[open]");
  if ((await sheet.count()) > 0) await page.keyboard.press("Escape");
  // A page that is shown again begins anew.
  if (await page.evaluate(() => location.pathname.startsWith("/habits/"))) await page.goto(url);
  else await follow(page, "/nowhere");
}

function stageOf(device: Pick<Stage, "page" | "gate">, email: string, { habits }: Sample): Stage {
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
async function enter(
  page: Page,
  url: string,
  { email, sample }: { readonly email: string; readonly sample: Sample },
): Promise<void> {
  await fillAccount({ url: app.url, databasePath }, sample, { email, password: PASSWORD });
  await page.goto(`${url}/sign-in`);
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator('.sync-status[data-phase="live"]').waitFor();
  await page.locator(".habit-row").first().waitFor();
}

/** A year and more, of which today is not over: with a timer, a reminder whose time has come, and what is archived. */
function sampleOf(): Sample {
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
