// npm run console:screenshots [-- name …]: every page and dialog of the console as phones and desks show it, light and dark, in
// artifacts/console. Give names such as `audit` or `audit-390` to take those only.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "@syncline/server";
import { chromium } from "playwright";
import { freshConsole } from "../../../apps/kanso/start/src/fresh-site.ts";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../../tools/chromium.ts";
import { ALL, startInstallation } from "./installation.ts";
import { signIn } from "./open.ts";
import { SCENES } from "./scenes.ts";

const WIDTHS = [320, 390, 1280];
const asked = process.argv.slice(2);
const folder = fileURLToPath(new URL("../../../artifacts/console/", import.meta.url));
mkdirSync(folder, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), "console-look-"));
await freshConsole(console.log);
const store = await openSqliteStore({ path: join(temporary, "console.db") });
const at = await startInstallation({ store, folder: temporary });
const browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
try {
  const key = await at.adminKey(ALL);
  for (const width of WIDTHS)
    for (const colorScheme of ["light", "dark"] as const) {
      const name = (scene: string) => `${scene}-${width}-${colorScheme}`;
      const wanted = [{ name: "door", show: async () => undefined }, ...SCENES].filter(
        ({ name: scene }) =>
          asked.length === 0 ||
          asked.some((one) => name(scene) === one || name(scene).startsWith(`${one}-`)),
      );
      if (wanted.length === 0) continue;
      const context = await browser.newContext({
        ...{ colorScheme, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" },
        viewport: { width, height: width < 1_000 ? 800 : 860 },
      });
      const page = await context.newPage();
      await page.goto(`${at.url}/console`);
      await page.getByLabel("Admin key").waitFor();
      let isIn = false;
      for (const scene of wanted) {
        if (!isIn && scene.name !== "door") await signIn(page, key);
        isIn = scene.name !== "door";
        await scene.show(page, at);
        const path = join(folder, `${name(scene.name)}.png`);
        await page.screenshot({ path, fullPage: !/delete|new/.test(scene.name) });
        console.log(path);
        await page.keyboard.press("Escape");
      }
      await context.close();
    }
} finally {
  await browser.close();
  await at.server.close();
  rmSync(temporary, { recursive: true, force: true });
}
