// Settings and the sync sheet: each change shows at once, what is wrong is named, and what waits is told.

import { expect, test } from "vitest";
import { useBrowser } from "../fixture.ts";
import { startKanso } from "./kanso-app.ts";
import { register, synced } from "./people.ts";
import { addHabit, expectAccessible, follow, KEPT, kept, openPhone } from "./phone.ts";

useBrowser();

test("language and looks change at once, and stay", async () => {
  const { page, go } = await openPhone(await startKanso());
  await go("/settings");
  await page.getByLabel("Language", { exact: true }).selectOption({ label: "Deutsch" });
  await page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
  await page.getByText("Hoher Kontrast").click();
  await expect
    .poll(() => page.locator("html").getAttribute("data-theme"), { timeout: 30_000 })
    .toBe("contrast");
  await go("/settings");
  await expect
    .poll(() => page.locator("html").getAttribute("lang"), { timeout: 30_000 })
    .toBe("de");
  await page.getByLabel("Sprache", { exact: true }).selectOption({ label: "Italiano" });
  await page.getByRole("heading", { level: 1, name: "Impostazioni" }).waitFor();
  await page.getByRole("status").getByRole("button", { name: "Rückgängig" }).click();
  await page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
});

test("shortcuts of a single key are switched off on the device; the others stay", async () => {
  const { page, go } = await openPhone(await startKanso());
  const search = page.getByRole("combobox", { name: "Search" });
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await sheet.getByText("This list").waitFor();
  await sheet.getByRole("switch", { name: "Single keys" }).uncheck();
  await sheet.getByText("This list").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await go("/settings");
  for (const key of ["n", "/", "?"]) await page.keyboard.press(key);
  // It answers after them.
  await page.keyboard.press("Control+z");
  await page.getByRole("status").getByText("There is nothing to undo").waitFor();
  expect(new URL(page.url()).pathname).toBe("/settings");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.getByRole("switch", { name: "Single keys" }).check();
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("/");
  await search.waitFor();
});

test("days and the time zone: found by a city, named where unknown, undone, and on the other device", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const { page } = phone;
  await register(phone, "ana@example.org");
  await phone.go("/settings");
  const zone = page.getByLabel("Time zone", { exact: true });
  await zone.fill("Atlantis");
  await zone.press("Enter");
  await page.getByText("There is no such time zone.").waitFor();
  await zone.fill("new york");
  await zone.press("Enter");
  await expect.poll(() => zone.inputValue()).toBe("America/New_York");
  await page.getByLabel("A day begins at").selectOption("4");
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await page.getByLabel("A day begins at").press("Control+z");
  await page.getByRole("status").getByText("Undone: Changed the settings").waitFor();
  await page.getByRole("button", { name: "Redo" }).waitFor();
  await expect.poll(() => page.getByLabel("A day begins at").inputValue()).toBe("0");
  expect(await zone.inputValue()).toBe("America/New_York");
  await page.getByRole("button", { name: "Use the device’s time zone" }).click();
  await expect.poll(() => zone.inputValue()).toBe("");
  await page.getByText(/used of/).waitFor();
});

test("the sync sheet tells what waits and why, and syncs when asked to", async () => {
  const app = await startKanso();
  const phone = await openPhone(app, KEPT);
  const { page } = phone;
  await register(phone, "ana@example.org");
  await addHabit(phone, "Walk");
  await synced(page);
  await kept(page);
  phone.gate.cut();
  await follow(page, "/settings");
  await page.getByLabel("Weeks begin on").selectOption({ label: "Sunday" });
  await page.getByRole("button", { name: /^Offline/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("1 change is not on the server yet").waitFor();
  await sheet.getByText("The server is not reached.").waitFor();
  await sheet.getByText(/^Last synced/).waitFor();
  await expectAccessible(page);
  phone.gate.restore();
  await sheet.getByRole("button", { name: "Sync now" }).click();
  await sheet.getByText("Everything is up to date.").waitFor();
  await sheet.getByText("Nothing waits to be sent.").waitFor();
  await sheet.getByRole("button", { name: "Account" }).click();
  await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
});
