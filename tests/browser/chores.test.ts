// The household's chores in a real browser: two people of different rights, with and without a network.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { type ChoresApp, serveChores } from "../../examples/chores/serve.ts";
import {
  add,
  atEnd,
  type Device,
  type DeviceOptions,
  openDevice,
  temporaryFolder,
  until,
  useBrowser,
} from "./fixture.ts";

useBrowser();

async function household(): Promise<ChoresApp> {
  const app = await serveChores({ folder: temporaryFolder() });
  atEnd(() => app.close());
  return app;
}

async function deviceOf(app: ChoresApp, name: string, options?: DeviceOptions): Promise<Device> {
  const device = await openDevice(app, options);
  await device.page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  await shared(device.page);
  return device;
}

const shared = (page: Page) =>
  page.locator('.status[data-phase="synced"]', { hasText: "everything is shared" }).waitFor();
const chores = (page: Page) => page.locator("li .title").allTextContents();
const box = (page: Page, title: string) => page.getByRole("checkbox", { name: title });

test("a parent adds, a child ticks off, both see it; the child may do nothing else", async () => {
  const app = await household();
  const pat = await deviceOf(app, "Pat");
  const kim = await deviceOf(app, "Kim");
  await pat.page.getByText("Add the first chore above").waitFor();
  await kim.page.getByText("Enjoy the day!").waitFor();
  await kim.page.getByText("adding and removing them is for parents").waitFor();
  expect(await kim.page.getByLabel("What is to be done?").isVisible()).toBe(false);
  await add(pat.page, "Dishes");
  await add(pat.page, "<b>Walk</b> the dog");
  await box(kim.page, "Dishes").check();
  await pat.page.getByText("done by Kim").waitFor();
  expect(await chores(pat.page)).toEqual(["<b>Walk</b> the dog", "Dishes"]);
  expect(await kim.page.getByRole("button", { name: "Remove Dishes" }).count()).toBe(0);
  await pat.page.getByRole("button", { name: "Remove Dishes" }).click();
  await until(async () => (await chores(kim.page)).length === 1, "Kim sees it removed");
});

test("offline: chores are made and ticked off, survive a restart of the page, and are shared later", async () => {
  const app = await household();
  const pat = await deviceOf(app, "Pat");
  const kim = await deviceOf(app, "Kim");
  await add(pat.page, "Dishes");
  await box(kim.page, "Dishes").waitFor();
  await pat.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  pat.gate.cut();
  kim.gate.cut();
  await add(pat.page, "Laundry");
  await box(kim.page, "Dishes").check();
  await pat.page.locator('.status[data-phase="offline"]', { hasText: "1 to send" }).waitFor();
  await kim.page.locator('.status[data-phase="offline"]', { hasText: "1 to send" }).waitFor();
  await kim.page.getByText("done by Kim · to send").waitFor();
  await pat.page.reload();
  await pat.page.getByText("Laundry").waitFor();
  await pat.page.locator('.status[data-phase="offline"]', { hasText: "1 to send" }).waitFor();
  pat.gate.restore();
  kim.gate.restore();
  await kim.page.getByRole("button", { name: "Sync" }).click();
  await shared(kim.page);
  await until(async () => (await chores(kim.page)).length === 2, "Kim sees the laundry");
  await pat.page.getByText("done by Kim").waitFor();
});

test("what the rules no longer allow is said, and is tried again or forgotten", async () => {
  const app = await household();
  const pat = await deviceOf(app, "Pat");
  const kim = await deviceOf(app, "Kim");
  await add(pat.page, "Dishes");
  await add(pat.page, "Homework");
  await box(kim.page, "Homework").waitFor();
  kim.gate.cut();
  await box(kim.page, "Dishes").check();
  await box(kim.page, "Homework").check();
  await app.addRules([{ user: "child.*", item: "chore.*", action: "done", type: "deny" }]);
  kim.gate.restore();
  await kim.page.getByRole("button", { name: "Sync" }).click();
  const refused = kim.page.locator(".refused p");
  await until(async () => (await refused.count()) === 2, "both are refused");
  expect(await refused.first().textContent()).toContain(
    "Ticking off “Dishes”: Insufficient permissions",
  );
  expect(await box(kim.page, "Dishes").isChecked()).toBe(false);
  expect(await box(kim.page, "Dishes").isDisabled()).toBe(true);
  await refused.last().getByRole("button", { name: "Forget it" }).click();
  await until(async () => (await refused.count()) === 1, "one is forgotten");
  await app.addRules([{ user: "child.*", item: "chore.*", action: "done", type: "allow" }]);
  await refused.first().getByRole("button", { name: "Try again" }).click();
  await pat.page.getByText("done by Kim").waitFor();
  await until(async () => !(await refused.isVisible()), "nothing is refused any more");
});

test("works with the keyboard alone, and on a phone", async () => {
  const app = await household();
  const { page } = await openDevice(app, { viewport: { width: 320, height: 640 } });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await shared(page);
  await page.getByLabel("What is to be done?").focus();
  await page.keyboard.type(`Dishes ${"and pans ".repeat(12)}${"x".repeat(60)}`);
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox").waitFor();
  await shared(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.getByText("done by Pat").waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("type"));
  expect(await focused()).toBe("checkbox");
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  expect(await overflow()).toBeLessThanOrEqual(0);
});

test("without the network nobody signs in, and is told so; whoever signs out is asked again", async () => {
  const app = await household();
  const { page, gate } = await openDevice(app);
  gate.cut();
  await page.getByRole("button", { name: /^Pat/ }).click();
  await page.getByRole("alert").getByText("needs the network").waitFor();
  gate.restore();
  await page.getByRole("button", { name: /^Pat/ }).click();
  await shared(page);
  await page.getByRole("button", { name: "Not you?" }).click();
  await page.getByText("Who are you?").waitFor();
});
