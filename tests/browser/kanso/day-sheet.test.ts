// The sheet of a day: what became of it is one choice, a note needs no value, and what was typed is never lost.

import type { Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { type KansoApp, openKanso, startKanso } from "./kanso-app.ts";
import { addHabit, expectAccessible, habit, openPhone } from "./phone.ts";

useBrowser();

let app: KansoApp;
beforeAll(async () => {
  app = await startKanso();
});

const sheetOf = (page: Page, title: string) =>
  page.getByRole("dialog", { name: new RegExp(`^${title} ·`) });
const note = (page: Page) => page.getByRole("textbox", { name: "Note" });
const choice = (page: Page, name: string) => page.getByRole("radio", { name, exact: true });
const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true }).click();

async function open(page: Page, title: string): Promise<void> {
  // A row that was just drawn again loses a key that was meant for the one before it.
  await until(async () => {
    if (await sheetOf(page, title).isVisible()) return true;
    await habit(page, title).press("Enter");
    return await sheetOf(page, title)
      .waitFor({ timeout: 5_000 })
      .then(
        () => true,
        () => false,
      );
  }, `the sheet of ${title}`);
}

test("a note says nothing of what was done; done, not done, skipped and open are said, and stay", async () => {
  const device = await openPhone(app);
  const { page } = device;
  await addHabit(device, "Walk");
  const row = habit(page, "Walk");

  await open(page, "Walk");
  await expectAccessible(page);
  expect(await choice(page, "Open").isChecked()).toBe(true);
  await note(page).fill("Was ill, did not do it");
  await save(page);
  await page.getByRole("status").getByText("Walk: saved").waitFor();
  expect(await row.getAttribute("aria-pressed")).toBe("false");
  await page.getByText("0 of 1 done").waitFor();

  for (const [name, shown, pressed] of [
    ["Not done", "Not done", "false"],
    ["Done", "Done", "true"],
    ["Skipped", "Skipped", "false"],
    ["Open", "Still to do", "false"],
  ] as const) {
    await open(page, "Walk");
    await choice(page, name).check();
    await save(page);
    await row.getByText(shown, { exact: true }).waitFor();
    expect(await row.getAttribute("aria-pressed")).toBe(pressed);
    await open(page, "Walk");
    expect(await choice(page, name).isChecked()).toBe(true);
    expect(await note(page).inputValue()).toBe("Was ill, did not do it");
    await page.keyboard.press("Escape");
    await sheetOf(page, "Walk").waitFor({ state: "detached" });
  }
});

test("taking a tick back keeps the note", async () => {
  const device = await openPhone(app);
  const { page } = device;
  await addHabit(device, "Read");
  const row = habit(page, "Read");
  const pressed = (wanted: boolean) =>
    until(async () => (await row.getAttribute("aria-pressed")) === String(wanted), `${wanted}`);
  await open(page, "Read");
  await note(page).fill("Chapter four");
  await save(page);
  // The message takes its place in the header, which moves the rows.
  await page.getByRole("status").getByText("Read: saved").waitFor();
  await row.click();
  await pressed(true);
  await row.click();
  await pressed(false);
  await open(page, "Read");
  await until(async () => (await note(page).inputValue()) === "Chapter four", "the note is there");
});

test("what was typed is there again after Escape, ×, the backdrop, a reload; and is gone once it is let go", async () => {
  const device = await openPhone(app);
  const { page, go } = device;
  await addHabit(device, "Pray");
  const ways = [
    () => page.keyboard.press("Escape"),
    () => page.getByRole("button", { name: "Close" }).click(),
    () => page.mouse.click(5, 5),
  ];
  for (const [place, close] of ways.entries()) {
    await open(page, "Pray");
    await note(page).fill(`Thought ${place}`);
    await close();
    await sheetOf(page, "Pray").waitFor({ state: "detached" });
    await page.getByRole("status").getByText("Pray: kept as a draft").waitFor();
    await open(page, "Pray");
    expect(await note(page).inputValue()).toBe(`Thought ${place}`);
    await page.keyboard.press("Escape");
  }
  await go("/");
  await open(page, "Pray");
  expect(await note(page).inputValue()).toBe("Thought 2");
  await page.getByText("You have not saved this yet.").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  expect(await note(page).inputValue()).toBe("");
  await page.keyboard.press("Escape");
  await open(page, "Pray");
  await note(page).fill("At last");
  await save(page);
  await page.getByRole("status").getByText("Pray: saved").waitFor();
  await open(page, "Pray");
  expect(await page.getByText("You have not saved this yet.").count()).toBe(0);
  expect(await note(page).inputValue()).toBe("At last");
});

test("the focus is on the amount; emptied it is open, and a note alone is saved beside it", async () => {
  const device = await openPhone(app);
  const { page } = device;
  await page.getByRole("button", { name: /Drink water/ }).click();
  await habit(page, "Drink water").waitFor();
  await open(page, "Drink water");
  const amount = page.getByRole("spinbutton");
  await until(() => amount.evaluate((field) => field === document.activeElement), "focus");
  await page.keyboard.type("3");
  expect(await choice(page, "An amount").isChecked()).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByText("3 of 8 glasses").first().waitFor();
  await open(page, "Drink water");
  await amount.fill("");
  expect(await choice(page, "Open").isChecked()).toBe(true);
  await note(page).fill("Only tea");
  await save(page);
  await page.getByText("0 of 8 glasses").first().waitFor();
  await open(page, "Drink water");
  await until(async () => (await note(page).inputValue()) === "Only tea", "the note is there");
});

test("a sheet that is open at midnight keeps its day, and what is in it", async () => {
  const { page } = await openKanso(app, {
    time: new Date("2026-11-21T12:00:00Z"),
    timezoneId: "UTC",
  });
  await page.getByRole("button", { name: /Take a walk/ }).click();
  await habit(page, "Take a walk").press("Enter");
  const sheet = page.getByRole("dialog", { name: /21 November/ });
  await sheet.waitFor();
  await note(page).fill("Late, but");
  // Midnight comes when the sheet is open, and not before.
  await page.clock.pauseAt("2026-11-22T00:01:00Z");
  await page.clock.resume();
  await page.getByText("22 November").first().waitFor({ state: "attached" });
  await sheet.waitFor();
  expect(await note(page).inputValue()).toBe("Late, but");
  await choice(page, "Done").check();
  await save(page);
  // The new day is still to be done.
  await until(
    async () => (await habit(page, "Take a walk").getAttribute("aria-pressed")) === "false",
    "today is open",
  );
  await page.getByRole("button", { name: "Previous day" }).click();
  await page.getByRole("button", { name: /^Take a walk/, pressed: true }).waitFor();
});

test("a press that began elsewhere closes no sheet: text that is selected beyond it, a finger that opened it", async () => {
  const device = await openPhone(app, { hasTouch: true, viewport: { width: 390, height: 844 } });
  const { page } = device;
  await addHabit(device, "Write");
  await open(page, "Write");
  await note(page).fill("A line that somebody selects");
  const box = await note(page).boundingBox();
  if (box === null) throw new Error("no note");
  await page.mouse.move(box.x + 60, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 20, 20, { steps: 5 });
  await page.mouse.up();
  await page.waitForTimeout(100);
  expect(await sheetOf(page, "Write").count()).toBe(1);
  expect(await note(page).inputValue()).toBe("A line that somebody selects");
  await page.getByRole("button", { name: "Save", exact: true }).click();

  const row = await habit(page, "Write").boundingBox();
  if (row === null) throw new Error("no row");
  const touch = await page.context().newCDPSession(page);
  const at = { x: row.x + 40, y: row.y + 20 };
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  await sheetOf(page, "Write").waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await page.waitForTimeout(100);
  expect(await sheetOf(page, "Write").count()).toBe(1);
});
