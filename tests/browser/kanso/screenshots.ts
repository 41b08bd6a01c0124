// npm run kanso:screenshots [-- path …]: the app's pages as phones and desktops show them, light and dark, in artifacts/kanso.
// Give paths such as `/week` to see those only.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWeb } from "@syncline/kanso-web/build";
import { serveWeb } from "@syncline/kanso-web/serve";
import { chromium, type Page } from "playwright";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../../tools/chromium.ts";

const PAGES = [
  "/",
  "/week",
  "/statistics",
  "/habits/new",
  "/archive",
  "/settings",
  "/account",
  "/import",
  "/sign-in",
  "/conflicts",
  "/nowhere",
];
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

const asked = process.argv.slice(2);
const folder = fileURLToPath(new URL("../../../artifacts/kanso/", import.meta.url));
mkdirSync(folder, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), "kanso-look-"));
await buildWeb();
const app = await serveWeb({
  databasePath: join(temporary, "kanso.db"),
  secret: "a secret to look at pages with, long enough",
});
const browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
try {
  for (const viewport of SIZES)
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport, colorScheme, locale: "en-GB" });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.log(`page error: ${error.message}`));
      const shoot = async (name: string) => {
        const path = join(folder, `${name}-${viewport.width}-${colorScheme}.png`);
        await page.screenshot({ path, animations: "disabled" });
        console.log(path);
      };
      await page.goto(app.url);
      await page.getByRole("heading", { level: 1 }).waitFor();
      if (asked.length === 0) await shoot("welcome");
      await fill(page);
      for (const path of asked.length === 0 ? PAGES : asked) {
        await page.goto(app.url + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await shoot(path === "/" ? "today" : path.slice(1).replaceAll("/", "-"));
      }
      if (asked.length === 0) {
        await page.goto(app.url);
        await page.getByRole("button", { name: /^Value, note or skip: Drink/ }).click();
        await page.getByRole("dialog").waitFor();
        await shoot("entry-sheet");
      }
      await context.close();
    }
} finally {
  await browser.close();
  await app.close();
  rmSync(temporary, { recursive: true, force: true });
}

/** Habits from the suggestions, some of them done. */
async function fill(page: Page): Promise<void> {
  await page.getByRole("button", { name: /Drink water/ }).click();
  await page.getByRole("list", { name: "Habits of this day" }).waitFor();
  for (const title of ["Morning pages", "Run by the river", "Call my grandmother on Sundays"]) {
    await page.goto(new URL("/habits/new", page.url()).href);
    await page.getByLabel("Name", { exact: true }).fill(title);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: new RegExp(`^${title}`) }).waitFor();
  }
  await page.getByRole("button", { name: /^Drink water/ }).click();
  await page.getByRole("button", { name: /^Drink water/ }).click();
  await page.getByRole("button", { name: /^Morning pages/ }).click();
  await page.getByRole("status").getByText("Morning pages: done").waitFor();
}
