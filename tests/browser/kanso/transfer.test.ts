// What people bring from other apps and take with them: five years of it, twice, taken back, and files of anybody.

import { readFile } from "node:fs/promises";
import { deflateRawSync } from "node:zlib";
import {
  exportLoop,
  type Files,
  type Inflate,
  importFiles,
  readZip,
  writeZip,
} from "@syncline/kanso-domain";
import type { Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { useBrowser } from "../fixture.ts";
import { type KansoApp, startKanso } from "./kanso-app.ts";
import { loopFiles } from "./loop-files.ts";
import { register, restAs, signIn, synced } from "./people.ts";
import { expectAccessible, follow, habit, KEPT, kept, openPhone, type Phone } from "./phone.ts";

useBrowser();

/** What a device says that it has sent may still be on its way where it was just decided. */
const SOON = { timeout: 30_000 };

const PATIENCE = { timeout: 90_000 };
const NOW = { nowMs: Date.UTC(2026, 10, 21) };
const stored: Inflate = () => Promise.reject(new Error("What the app writes is not packed."));

let app: KansoApp;
/** Somebody without an account. */
let guest: Phone;
beforeAll(async () => {
  app = await startKanso();
  guest = await openPhone(app);
});

test("five years of five habits: imported while the page goes on, the same in the export, synced", {
  timeout: 300_000,
}, async () => {
  const phone = await openPhone(app);
  const { page } = phone;
  const files = loopFiles(5);
  const wanted = importFiles(files, NOW);
  expect(wanted.entries.length).toBeGreaterThan(7_000);
  await atImport(phone);
  await choose(page, "loop.zip", Buffer.from(writeZip(files)));
  await page.getByText("5 habits").first().waitFor();
  await expectAccessible(page);
  // Its code is there then.
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  const seen = await watchImport(page, "Search");
  await page.getByRole("button", { name: /^Import 5 habits/ }).click();
  await page.getByText("Imported.").waitFor(PATIENCE);
  expect(await seen()).toEqual({ steps: expect.toSatisfy((steps) => steps > 2), answered: true });
  await page.keyboard.press("Escape");

  const exported = await exportAs(page, "Loop Habit Tracker (CSV)");
  expect([...exported]).toEqual([...exportLoop(wanted, "UTC")]);

  await register(phone, "ana@example.org");
  const laptop = await openPhone(app);
  await signIn(laptop, "ana@example.org");
  await habit(laptop.page, "Habit 5").waitFor(PATIENCE);
  await atImport(laptop);
  const there = await exportAs(laptop.page, "Loop Habit Tracker (CSV)");
  expect([...there]).toEqual([...exported]);
});

test("an import is taken back as one step, and can be made again; a second time it adds nothing", async () => {
  const phone = await openPhone(app);
  const { page } = phone;
  const zip = Buffer.from(writeZip(loopFiles(2, 700)));
  await importAll(phone, "loop.zip", zip);
  await page.getByText(/^Imported\. 2 habits and 1,\d+ entries are here/).waitFor();
  await page.getByRole("button", { name: "Undo the import" }).click();
  await page.getByText("The import was taken back.").waitFor(PATIENCE);
  await choose(page, "loop.zip", zip);
  await page.getByRole("button", { name: /^Import 2 habits/ }).click();
  await page.getByText("Imported.").waitFor(PATIENCE);
  await page.getByRole("link", { name: "See your habits" }).click();
  await habit(page, "Habit 2").waitFor();
  await atImport(phone);
  await choose(page, "loop.zip", zip);
  await page.getByText("Everything in this file is here already.").waitFor();
  expect(await page.getByRole("button", { name: /^Import 0 habits/ }).isDisabled()).toBe(true);
});

test("an import that is stopped leaves nothing", async () => {
  const page = await atImport(guest);
  await choose(page, "loop.zip", Buffer.from(writeZip(loopFiles(2))));
  await watchImport(page, "Cancel");
  await page.getByRole("button", { name: /^Import 2 habits/ }).click();
  await page.getByText("Nothing was imported.").waitFor(PATIENCE);
  await guest.go("/");
  await page.getByText("Start with one small habit").waitFor();
});

test("the same import by a guest and by his account: it is there once, and nobody is asked", async () => {
  const zip = Buffer.from(writeZip(loopFiles(1, 400)));
  const [phone, laptop] = await Promise.all([openPhone(app), openPhone(app)]);
  await importAll(phone, "loop.zip", zip);
  await register(phone, "ben@example.org");
  await importAll(laptop, "loop.zip", zip);
  await signIn(laptop, "ben@example.org");
  await synced(laptop.page);
  expect(await habit(laptop.page, "Habit 1").count()).toBe(1);
  await expect.poll((await restAs(app, "ben@example.org")).titles, SOON).toEqual(["Habit 1"]);
});

test("everything, as JSON and as tables: other devices have the same from it, without a network", async () => {
  const phone = await openPhone(app, KEPT);
  const rows = [
    "HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText",
    '=cmd|calc,-2+3,Mind,2026-01-01,1,"@SUM(1), ""so"" so"',
  ].join("\n");
  await importAll(phone, "HabitBull.csv", Buffer.from(rows));
  await kept(phone.page);
  phone.gate.cut();
  for (const [form, name] of [
    ["Everything (JSON)", "kanso.json"],
    ["Tables (CSV)", "kanso.zip"],
  ] as const) {
    const saved = await exportFile(phone.page, form);
    const laptop = await openPhone(app);
    await importAll(laptop, name, saved);
    await laptop.page.getByRole("link", { name: "See your habits" }).click();
    await habit(laptop.page, "=cmd\\|calc").waitFor();
    expect((await exportFile(await atImport(laptop), form)).equals(saved), form).toBe(true);
  }
});

test("files of anybody are refused by name, and the page goes on", async () => {
  const page = await atImport(guest);
  const refused = async (name: string, content: Buffer, text: string | RegExp) => {
    await choose(page, name, content);
    await page.getByRole("alert").getByText(text).waitFor(PATIENCE);
  };
  await refused("empty.csv", Buffer.alloc(0), "This file is empty.");
  await refused("page.csv", Buffer.from("<!doctype html><h1>No"), "This is no export of");
  await refused("photo.png", Buffer.from([0x89, 0x50, 0x4e, 0x47]), "This is no export of");
  await refused("broken.json", Buffer.from('{"format":"kanso",'), "This file cannot be read");
  await refused("next.json", Buffer.from('{"format":"kanso","version":99}'), "newer version");
  await refused(
    "cut.zip",
    Buffer.from(writeZip(loopFiles(1))).subarray(0, 5_000),
    "cannot be read",
  );
  await refused("bomb.zip", zipBomb(), "cannot be read: the archive");
  // What is long is not read by the page itself.
  const worker = page.waitForEvent("worker");
  await refused("garbage.csv", Buffer.alloc(50 * 1024 * 1024, "x,"), "This is no export of");
  expect((await worker).url()).toContain("transfer-worker");
  await refused("huge.csv", Buffer.alloc(65 * 1024 * 1024, "x"), "64 MB is the most");
  // A file that Windows or a spreadsheet has saved in its own way is read all the same.
  const text =
    "HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText\nMüsli,,,2026-01-01,1,\n";
  await choose(page, "latin.csv", Buffer.from(text, "latin1"));
  await page.getByLabel("Müsli").waitFor();
  await page.getByRole("button", { name: "Choose another file" }).click();
  await choose(page, "wide.csv", Buffer.from(`\uFEFF${text}`, "utf16le"));
  await page.getByLabel("Müsli").waitFor();
});

test("HabitBull: what could not be read is told by row, and only what was chosen is written", async () => {
  const { page, go } = guest;
  await go("/import");
  const rows = [
    "HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText",
    "Meditate,,Mind,2026-01-01,1,",
    "Push-ups,,Body,2026-01-01,20,",
    "Push-ups,,Body,1 January,20,",
  ].join("\n");
  await choose(page, "HabitBull.csv", Buffer.from(rows));
  await page.getByText("From HabitBull").waitFor();
  await page.getByText("1 thing was left out or changed").click();
  await page.getByText("HabitBull, row 4").waitFor();
  await page.getByText("“1 January” is not a date: left out.").waitFor();
  await page.getByLabel("Meditate").uncheck();
  await page.getByRole("button", { name: "Import 1 habit, 1 entry" }).click();
  await page.getByRole("link", { name: "See your habits" }).click();
  await habit(page, "Push-ups").waitFor();
  expect(await habit(page, "Meditate").count()).toBe(0);
});

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  // Playwright hands over no more than 50 MB at once: larger ones are made in the page.
  if (buffer.length < 40 * 1024 * 1024) {
    const file = { name, mimeType: "application/octet-stream", buffer };
    await page.locator('input[type="file"]').first().setInputFiles(file);
    return;
  }
  await page
    .locator('input[type="file"]')
    .first()
    .evaluate(
      (input, { fileName, bytes, first }) => {
        if (!(input instanceof HTMLInputElement)) return;
        const picked = new DataTransfer();
        picked.items.add(new File([first.repeat(bytes / first.length)], fileName));
        input.files = picked.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      { fileName: name, bytes: buffer.length, first: buffer.toString("latin1", 0, 2) },
    );
}

async function importAll(device: Phone, name: string, buffer: Buffer): Promise<void> {
  const page = await atImport(device);
  await choose(page, name, buffer);
  await page.getByRole("button", { name: /^Import \d/ }).click();
  await page.getByText("Imported.").waitFor(PATIENCE);
}

async function atImport({ page }: Phone): Promise<Page> {
  await follow(page, "/import");
  await page.getByRole("heading", { level: 1, name: "Import and export" }).waitFor();
  return page;
}

async function exportFile(page: Page, form: string): Promise<Buffer> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: `Save: ${form}` }).click();
  return await readFile(await (await download).path());
}

async function exportAs(page: Page, form: string): Promise<Files> {
  return await readZip(await exportFile(page, form), stored);
}

/**
 * Looks at each frame that the page draws from now on, and presses a button as soon as an import has come some way.
 * @returns how many steps of it were on the screen, and whether the page has opened a dialog before it ended
 */
async function watchImport(
  page: Page,
  button: string,
): Promise<() => Promise<{ readonly steps: number; readonly answered: boolean }>> {
  const watch = await page.evaluateHandle((name) => {
    const shares = new Set<number>();
    const seen = { steps: 0, answered: false };
    const look = () => {
      const share = document.querySelector("progress")?.value ?? 0;
      if (share > 0) {
        const press = () =>
          [...document.querySelectorAll("button")]
            .find(({ textContent, ariaLabel }) => textContent === name || ariaLabel === name)
            ?.click();
        if (shares.size === 0) press();
        seen.steps = shares.add(share).size;
        seen.answered ||= document.querySelector("dialog[open]") !== null;
      }
      requestAnimationFrame(look);
    };
    look();
    return seen;
  }, button);
  return () => watch.jsonValue();
}

/** A small archive that says it holds 1 MB, and holds 80. */
function zipBomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(80 * 1024 * 1024));
  const name = Buffer.from("Habits.csv");
  const said = 1024 * 1024;
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(said, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
  const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}
