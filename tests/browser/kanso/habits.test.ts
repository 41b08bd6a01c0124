// Habits in a real browser: made and edited by keyboard, ordered, archived, deleted, searched, timed, and reminded of.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { startKanso } from "./kanso-app.ts";
import { addHabit, habit, openPhone } from "./phone.ts";

useBrowser();

/** The titles on the today page, from above. */
const titles = (page: Page) => page.locator(".habit-row .habit-title").allTextContents();
const toast = (page: Page, text: string) => page.getByRole("status").getByText(text).waitFor();
const name = (page: Page) => page.getByLabel("Name", { exact: true });

test("a habit is made and edited by keyboard alone, and each field is kept", async () => {
  const device = await openPhone(await startKanso());
  const { page } = device;
  await page.keyboard.press("n");
  await name(page).focus();
  await page.keyboard.type("Read a book");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Before sleep");
  // The icon: search by a word of its name, and take the first.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.getByLabel("Search icons").focus();
  await page.keyboard.type("pages");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Icon Book" }).waitFor();
  // The colour: arrows go by rows and columns.
  await page.getByRole("radio", { name: "Red" }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await expect
    .poll(() => page.getByRole("radio", { name: "Orange" }).isChecked(), { timeout: 30_000 })
    .toBe(true);
  await page.getByRole("radio", { name: "Yes or no" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByLabel("Target for a day").fill("20,5");
  await page.getByRole("button", { name: "pages", exact: true }).press("Space");
  await page.getByLabel("Repeat").selectOption("specific_days");
  const days = await page.getByRole("group", { name: "On these days" }).getByRole("checkbox").all();
  expect(await Promise.all(days.map((day) => day.getAttribute("aria-label")))).toEqual([
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
  ]);
  for (const day of days) await day.press("Space");
  await name(page).press("Enter");
  await habit(page, "Read a book").waitFor();
  await toast(page, "Read a book is on your list");
  await page.getByText("0 of 20.5 pages").waitFor();

  await habit(page, "Read a book").press("Enter");
  await page.getByRole("dialog").getByRole("link", { name: "Show the habit" }).press("Enter");
  await page.getByRole("link", { name: "Edit" }).first().press("Enter");
  await page.getByRole("heading", { name: "Edit habit" }).waitFor();
  await expect
    .poll(() => page.getByLabel("Description").inputValue(), { timeout: 30_000 })
    .toBe("Before sleep");
  await expect
    .poll(() => page.getByRole("radio", { name: "Orange" }).isChecked(), { timeout: 30_000 })
    .toBe(true);
  await page.getByLabel("Repeat").selectOption("interval");
  await page.getByLabel("Days from one time to the next").fill("3");
  await page.getByLabel("Preview").getByText("Every 3 days").waitFor();
  await name(page).fill("Read two books");
  await name(page).press("Enter");
  await page.getByRole("heading", { name: "Read two books" }).waitFor();
  await page.getByText("Every 3 days · 20.5 pages").waitFor();
  await page.keyboard.press("Control+z");
  await toast(page, "Undone: Edited Read two books");
  await page.getByRole("heading", { name: "Read a book" }).waitFor();
  await page.keyboard.press("Control+Shift+z");
  await toast(page, "Redone: Edited Read two books");
  await page.getByRole("heading", { name: "Read two books" }).waitFor();
});

test("what is wrong is said at its field, which gets the focus; nothing is saved until it is mended", async () => {
  const device = await openPhone(await startKanso());
  const { page } = device;
  await device.go("/habits/new");
  await page.getByText("An amount").click();
  await page.getByLabel("Target for a day").fill("a lot");
  await page.getByLabel("Repeat").selectOption("specific_days");
  await page.getByLabel("First day").fill("2026-11-21");
  await page.getByLabel("Last day (optional)").fill("2026-11-20");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("Give your habit a name of 1 to 100 characters.").waitFor();
  await page.getByText("Enter a number from 0 to 2,147,483,647").waitFor();
  await page.getByText("Choose at least one day.").waitFor();
  await page.getByText("The last day cannot come before the first.").waitFor();
  await page.getByText("4 fields need another look").waitFor();
  await until(() => name(page).evaluate((field) => field === document.activeElement), "focus");
  expect(await name(page).getAttribute("aria-invalid")).toBe("true");
  await name(page).fill("x".repeat(120));
  expect((await name(page).inputValue()).length).toBe(100);
  await page.getByLabel("Target for a day").fill("2.5");
  await page.getByRole("checkbox", { name: "Monday" }).press("Space");
  await page.getByText("1 field needs another look").waitFor();
  await page.getByLabel("Last day (optional)").fill("");
  await page.getByRole("button", { name: "Create" }).click();
  await toast(page, "is on your list");
});

test("unsaved changes are asked about, by links and by going back", async () => {
  const device = await openPhone(await startKanso());
  const { page } = device;
  await page.keyboard.press("n");
  await name(page).fill("Half a thought");
  await page.getByRole("link", { name: "Week" }).click();
  await page.getByRole("dialog", { name: "Leave without saving?" }).waitFor();
  await page.getByRole("button", { name: "Keep editing" }).click();
  expect(await name(page).inputValue()).toBe("Half a thought");
  await page.evaluate(() => history.back());
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { name: "Today", level: 1 }).waitFor();
  await page.keyboard.press("n");
  await name(page).waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Today", level: 1 }).waitFor();
});

test("habits are ordered by keyboard, by buttons, by mouse and by touch, and back by undo", async () => {
  const device = await openPhone(await startKanso(), { hasTouch: true });
  const { page } = device;
  for (const title of ["Apple", "Bread", "Cheese", "Dates"]) await addHabit(device, title);
  await page.getByRole("button", { name: "Change the order" }).click();
  const order = () => page.locator(".order-row .habit-title").allTextContents();
  const handle = (title: string) =>
    page.getByRole("button", { name: `Move ${title}`, exact: true });

  await handle("Apple").press("Space");
  await page.getByText("Apple taken, place 1 of 4").waitFor({ state: "attached" });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.getByText("Apple: place 3 of 4").waitFor({ state: "attached" });
  expect(await handle("Apple").evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press("Space");
  await toast(page, "The new order is saved");
  expect(await order()).toEqual(["Bread", "Cheese", "Apple", "Dates"]);

  await handle("Dates").press("Enter");
  await page.keyboard.press("Home");
  await page.keyboard.press("Escape");
  expect(await order()).toEqual(["Bread", "Cheese", "Apple", "Dates"]);

  await page.getByRole("button", { name: "Move up: Dates" }).click();
  expect(await order()).toEqual(["Bread", "Cheese", "Dates", "Apple"]);

  const place = async (title: string) => {
    const box = await handle(title).boundingBox();
    if (box === null) throw new Error(title);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, height: box.height };
  };
  await handle("Apple").hover();
  const [from, to] = [await place("Apple"), await place("Bread")];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, to.y + 5, { steps: 6 });
  await page.mouse.move(from.x, to.y - 5);
  await page.mouse.up();
  await until(async () => (await order())[0] === "Apple", "Apple is first");
  expect(await order()).toEqual(["Apple", "Bread", "Cheese", "Dates"]);

  const touch = await page.context().newCDPSession(page);
  const finger = async (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number) =>
    await touch.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x, y }],
    });
  const [start, end] = [await place("Apple"), await place("Cheese")];
  await finger("touchStart", start.x, start.y);
  for (let step = 1; step <= 5; step += 1)
    await finger("touchMove", start.x, start.y + ((end.y + 6 - start.y) * step) / 5);
  await finger("touchEnd", end.x, end.y);
  await until(async () => (await order())[2] === "Apple", "Apple is third");

  await page.keyboard.press("Control+z");
  await toast(page, "Undone: Changed the order");
  expect(await order()).toEqual(["Apple", "Bread", "Cheese", "Dates"]);
  await page.getByRole("button", { name: "Done", exact: true }).click();
  await page.getByRole("heading", { name: "Today", level: 1 }).waitFor();
  await page.reload();
  await habit(page, "Apple").waitFor();
  expect(await titles(page)).toEqual(["Apple", "Bread", "Cheese", "Dates"]);
});

test("a long list scrolls along with what is dragged", async () => {
  const device = await openPhone(await startKanso(), { viewport: { width: 390, height: 500 } });
  const { page } = device;
  const all = Array.from({ length: 12 }, (_, at) => `Habit ${String(at + 1).padStart(2, "0")}`);
  for (const title of all) await addHabit(device, title);
  await page.getByRole("button", { name: "Change the order" }).click();
  // What is hovered is in the window, rests, and has nothing over it.
  const handle = page.getByRole("button", { name: "Move Habit 01" });
  await handle.hover();
  const box = await handle.boundingBox();
  if (box === null) throw new Error("no handle");
  await page.mouse.down();
  await page.mouse.move(box.x + 20, 495, { steps: 4 });
  await until(
    () =>
      page.evaluate(
        () => scrollY > 100 && scrollY + innerHeight >= document.documentElement.scrollHeight - 1,
      ),
    "the page has scrolled to its end",
  );
  await page.mouse.up();
  const last = page.locator(".order-row .habit-title").last();
  await until(async () => (await last.textContent()) === "Habit 01", "it is the last");
});

test("what is archived rests in the archive, comes back, or is deleted for good; undo takes each back", async () => {
  const device = await openPhone(await startKanso());
  const { page } = device;
  await device.go("/archive");
  await page.getByText("The archive is empty").waitFor();
  await addHabit(device, "Piano");
  await habit(page, "Piano").click();
  await toast(page, "Piano: done");
  await habit(page, "Piano").press("Enter");
  await page.getByRole("link", { name: "Show the habit" }).click();
  await page.getByRole("link", { name: "Edit" }).first().click();
  await page.getByRole("button", { name: "Archive" }).click();
  await toast(page, "Piano is in the archive");
  await page.getByText("Start with one small habit").waitFor();

  await page.getByRole("link", { name: "Archive" }).click();
  await page.getByText("Resting since").waitFor();
  await page.getByRole("button", { name: "Delete Piano" }).click();
  const question = page.getByRole("dialog", { name: "Delete “Piano”?" });
  await question.getByText("It goes with its history: 1 entry.").waitFor();
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Delete Piano" }).click();
  await question.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The archive is empty").waitFor();
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await toast(page, "Undone: Deleted Piano");
  await page.getByRole("button", { name: "Restore Piano" }).click();
  await toast(page, "Piano is back");
  await page.getByRole("link", { name: "Today", exact: true }).click();
  await page.getByRole("button", { name: /^Piano.*Done/, pressed: true }).waitFor();
});

test("the search finds habits, notes and pages, and marks what was searched for", async () => {
  const device = await openPhone(await startKanso());
  const { page } = device;
  await addHabit(device, "Read");
  await addHabit(device, "Water the plants");
  await habit(page, "Read").press("Enter");
  await page.getByRole("textbox", { name: "Note" }).fill("A chapter about watermills");
  await page.getByRole("button", { name: "Save" }).click();
  await toast(page, "Read: saved");

  await page.keyboard.press("/");
  const field = page.getByRole("combobox", { name: "Search" });
  await field.waitFor();
  await until(() => field.evaluate((input) => input === document.activeElement), "focus");
  await page.keyboard.type("WATER");
  await page.getByText("2 results").waitFor({ state: "attached" });
  await expect
    .poll(() => page.getByRole("option").allTextContents(), { timeout: 30_000 })
    .toEqual(["Water the plants", expect.stringMatching(/^Read · .*A chapter about watermills$/)]);
  await expect
    .poll(() => page.locator("mark").allTextContents(), { timeout: 30_000 })
    .toEqual(["Water", "water"]);
  await page.keyboard.press("ArrowDown");
  const active = page.getByRole("option", { selected: true });
  expect(await field.getAttribute("aria-activedescendant")).toBe(await active.getAttribute("id"));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: /^Read ·/ }).waitFor();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Search" }).click();
  await field.fill("sett");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  await page.keyboard.press("/");
  await field.fill("zebra");
  await page.getByText("Nothing found for “zebra”").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
});

test("a timer goes on over a reload, and adds its time to the day", async () => {
  const device = await openPhone(await startKanso());
  const { page } = device;
  await page.clock.install({ time: new Date("2026-11-21T09:00:00") });
  await device.go("/habits/new");
  await name(page).fill("Meditate");
  await page.getByText("Time", { exact: true }).click();
  await expect
    .poll(() => page.getByLabel("Minutes a day").inputValue(), { timeout: 30_000 })
    .toBe("10");
  await name(page).press("Enter");
  // A clock that stands while it is looked at, however long that takes.
  const stopAt = (time: string) => page.clock.pauseAt(new Date(`2026-11-21T${time}`));
  await page.getByRole("button", { name: "Start the timer: Meditate" }).waitFor();
  await stopAt("10:00:00");
  await page.getByRole("button", { name: "Start the timer: Meditate" }).click();
  await page.getByRole("timer").waitFor();
  await page.clock.runFor(65_000);
  await page.getByRole("timer").getByText("1:05").waitFor();
  await page.clock.resume();
  await page.reload();
  await page.getByRole("timer").waitFor();
  await stopAt("10:09:30");
  await page.getByRole("timer").getByText("9:30").waitFor();
  await page.getByRole("button", { name: "Stop the timer: Meditate" }).click();
  await page.getByText("9.5 of 10 min", { exact: true }).waitFor();
  await toast(page, "Meditate: +9.5, now 9.5 of 10 min");
  await page.clock.resume();
  await page.keyboard.press("Control+z");
  await page.getByText("0 of 10 min").waitFor();
});
