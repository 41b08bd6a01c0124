// npm run kanso:screenshots [-- name …]: every page and sheet of the app as phones and desktops show it, light and dark, in
// artifacts/kanso; in German, Italian and high contrast, too. Give names such as `week` or `week-390` to take those only.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveWeb } from "@syncline/kanso-web/serve";
import { chromium } from "playwright";
import { freshSite } from "../../../apps/kanso/start/src/fresh-site.ts";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../../tools/chromium.ts";
import { openGate } from "../gate.ts";
import { layoutProblems } from "./layout-problems.ts";
import { SCENES } from "./scenes.ts";
import { closeSheets, enter, sampleOf, stageOf } from "./stage.ts";

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
  { width: 320, height: 568, theme: "light", language: "de" },
  { ...WIDE, theme: "contrast", language: "de" },
];

const asked = process.argv.slice(2);
const isAsked = (name: string) =>
  asked.length === 0 || asked.some((one) => name === one || name.startsWith(`${one}-`));
const nameOf = (scene: string, { width, theme, language }: Look) =>
  [scene, width, theme, ...(language === "en" ? [] : [language])].join("-");
const folder = fileURLToPath(new URL("../../../artifacts/kanso/", import.meta.url));
mkdirSync(folder, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), "kanso-look-"));
await freshSite(console.log);
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
  const owner = { email: `${theme}-${language}-${width}@example.org`, sample: sampleOf() };
  let isMember = false;
  const gate = await openGate(app.url);
  await page.goto(gate.url);
  for (const scene of scenes) {
    if (scene.who === "member" && !isMember) {
      await enter({ url: app.url, databasePath }, page, gate.url, owner);
      isMember = true;
    }
    try {
      await scene.show(stageOf(app, { page, gate }, owner));
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
