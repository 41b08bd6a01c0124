// An import goes on in the background, whatever is done meanwhile, and after a reload: it is whole in the end, or not there at all.

import { importFiles, writeZip } from "@syncline/kanso-domain";
import type { Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { type KansoApp, startKanso } from "./kanso-app.ts";
import { loopFiles } from "./loop-files.ts";
import { addHabit, follow, habit, openPhone, type Phone } from "./phone.ts";

useBrowser();

const PATIENCE = { timeout: 120_000 };
const FILES = loopFiles(9);
const { entries: WANTED } = importFiles(FILES, { nowMs: Date.UTC(2026, 10, 21) });

let app: KansoApp;
beforeAll(async () => {
  app = await startKanso();
});

test("who leaves the page and ticks meanwhile has both, and sees how far it is", async () => {
  const phone = await openPhone(app);
  const { page } = phone;
  await addHabit(phone, "Own");
  await begin(phone);
  await follow(page, "/");
  const progress = page.locator(".import-progress");
  const wasSeen = progress.waitFor().then(() => true);
  await habit(page, "Own").click();
  expect(await wasSeen).toBe(true);
  await page.getByText("9 habits are imported").waitFor(PATIENCE);
  await progress.waitFor({ state: "detached" });
  expect(await entriesOf(page)).toBe(WANTED.length + 1);
  await page.getByRole("button", { name: /^Own/, pressed: true }).waitFor();
}, 300_000);

test("an import that the end of the app has cut off goes on when it is opened again", async () => {
  const phone = await openPhone(app);
  const { page } = phone;
  await begin(phone);
  await page.reload();
  await until(async () => (await entriesOf(page)) === WANTED.length, "all of it is there");
  await page.locator(".import-progress").waitFor({ state: "detached" });
  expect(await page.evaluate(() => localStorage.getItem("kanso.import"))).toBeNull();
  await phone.go("/");
  await habit(page, "Habit 9").waitFor();
  expect(await entriesOf(page)).toBe(WANTED.length);
}, 300_000);

test("one that is stopped, or taken back, leaves what was done meanwhile, and nothing of its own", async () => {
  const phone = await openPhone(app);
  const { page } = phone;
  await addHabit(phone, "Own");
  await begin(phone);
  await follow(page, "/");
  await habit(page, "Own").click();
  await page.getByRole("button", { name: /^Own/, pressed: true }).waitFor();
  await follow(page, "/import");
  // It may be done by now: then it is taken back.
  await page.getByRole("button", { name: /^(Cancel|Undo the import)$/ }).click(PATIENCE);
  await page.getByText(/Nothing was imported\.|The import was taken back\./).waitFor(PATIENCE);
  await follow(page, "/");
  await page.getByRole("button", { name: /^Own/, pressed: true }).waitFor();
  await until(async () => (await entriesOf(page)) === 1, "only the own entry is there");
  expect(await page.locator(".habit-row").count()).toBe(1);
}, 300_000);

/** Starts an import, and comes back as soon as it writes. */
async function begin({ page }: Phone): Promise<void> {
  await follow(page, "/import");
  const file = {
    name: "loop.zip",
    mimeType: "application/zip",
    buffer: Buffer.from(writeZip(FILES)),
  };
  await page.locator('input[type="file"]').first().setInputFiles(file);
  await page.getByRole("button", { name: /^Import 9 habits/ }).click(PATIENCE);
  await page.waitForFunction(() => localStorage.getItem("kanso.import") !== null);
}

/** What is on the device, as an export of everything says it. */
async function entriesOf(page: Page): Promise<number> {
  const before = new URL(page.url()).pathname;
  await follow(page, "/import");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save: Everything (JSON)" }).click();
  const stream = await (await download).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  await follow(page, before);
  const { entries } = JSON.parse(Buffer.concat(chunks).toString()) as { entries: unknown[] };
  return entries.length;
}
