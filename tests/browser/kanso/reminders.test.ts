// Reminders in a real browser, with its clock set: when they come, once for all tabs, and what their buttons do.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { startKanso } from "./kanso-app.ts";
import { expectAccessible, KEPT, openPhone, type Phone } from "./phone.ts";

useBrowser();

/** The clock goes on while pages open: hours before the reminder, it never gets there by itself. */
const MORNING = new Date("2026-11-21T02:00:00Z");
const toast = (page: Page, text: string) => page.getByRole("status").getByText(text).waitFor();

async function phoneInTheMorning(permissions: string[]): Promise<Phone> {
  const options = { permissions, timezoneId: "UTC" };
  const phone = await openPhone(await startKanso(), { ...KEPT, ...options });
  await phone.page.evaluate(() => navigator.serviceWorker.ready);
  await phone.page.clock.install({ time: MORNING });
  return phone;
}

/**
 * Stops the clock of all tabs at a time of that day: what stands there stays for as long as it is looked at. Pages
 * that are opened need it to go on.
 */
const stopAt = ({ page }: Phone, time: string) => page.clock.pauseAt(`2026-11-21T${time}Z`);

/** Once it is known that a habit is still to be done, it is reminded of, whether the clock goes on or not. */
const isOpen = (page: Page, title: string) =>
  page.getByRole("button", { name: new RegExp(`^${title}`), pressed: false }).waitFor();

/** Makes a habit with a reminder at eight. */
async function addReminded({ page, go }: Phone, title: string): Promise<void> {
  await go("/habits/new");
  await page.getByLabel("Name", { exact: true }).fill(title);
  await page.getByLabel("Remind me").check();
  await page.getByRole("textbox", { name: "Time" }).fill("08:00");
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await isOpen(page, title);
}

/** What is shown by the system now. */
const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const notifications = await registration.getNotifications();
    return notifications.map(({ title, tag, data }) => ({ title, tag, data }));
  });

test("a reminder comes at its time, once over all tabs, and goes when the habit is done", async () => {
  const phone = await phoneInTheMorning(["notifications"]);
  const { page } = phone;
  await addReminded(phone, "Stretch");
  const other = await phone.tab();
  await isOpen(other, "Stretch");
  await stopAt(phone, "07:59:45");
  expect(await shown(page)).toEqual([]);
  await page.getByRole("region", { name: "Due now" }).waitFor({ state: "hidden" });
  await page.clock.runFor(30_000);
  await page.getByRole("region", { name: "Due now" }).getByText("Stretch").waitFor();
  await other.getByRole("region", { name: "Due now" }).getByText("Stretch").waitFor();
  await until(async () => (await shown(page)).length > 0, "the notification");
  expect(await shown(page)).toMatchObject([{ title: "Stretch", data: { day: "2026-11-21" } }]);
  await page.clock.resume();
  await expectAccessible(page);

  // Whoever closes it does not see it again, in no tab.
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (const notification of await registration.getNotifications()) notification.close();
  });
  await page.clock.runFor(120_000);
  await page.reload();
  await page.getByRole("region", { name: "Due now" }).waitFor();
  expect(await shown(page)).toEqual([]);

  await stopAt(phone, "12:00:00");
  await page.getByRole("button", { name: "Later: Stretch" }).click();
  await toast(page, "Stretch: again in an hour");
  await page.getByRole("region", { name: "Due now" }).waitFor({ state: "hidden" });
  await other.getByRole("region", { name: "Due now" }).waitFor({ state: "hidden" });
  await other.close();
  await stopAt(phone, "13:01:00");
  await page.getByRole("region", { name: "Due now" }).waitFor();
  await until(async () => (await shown(page)).length === 1, "it comes again");
  await page.getByRole("button", { name: "Done: Stretch" }).click();
  await toast(page, "Stretch: done");
  await page.getByRole("region", { name: "Due now" }).waitFor({ state: "hidden" });
  await until(async () => (await shown(page)).length === 0, "it goes");
});

test("the buttons of a notification are answered in the page, and when none is open the next time", async () => {
  const phone = await phoneInTheMorning(["notifications"]);
  const { page } = phone;
  await addReminded(phone, "Stretch");
  await stopAt(phone, "08:01:00");
  await until(async () => (await shown(page)).length === 1, "the notification");
  await press(phone, "later");
  await toast(page, "Stretch: again in an hour");
  await stopAt(phone, "09:02:00");
  await until(async () => (await shown(page)).length === 1, "it comes again");
  await page.clock.resume();
  await page.goto("about:blank");
  await press(phone, "done");
  await page.goto(phone.gate.url);
  await page.getByRole("button", { name: /^Stretch/, pressed: true }).waitFor();
});

test("without permission the form says so, and what is due is shown all the same", async () => {
  const phone = await phoneInTheMorning([]);
  const { page } = phone;
  await phone.go("/habits/new");
  await page.getByLabel("Remind me").check();
  await page.getByText("Notifications are blocked for Kanso.").waitFor();
  await page.getByRole("textbox", { name: "Time" }).fill("08:00");
  await page.getByLabel("Name", { exact: true }).fill("Stretch");
  await page.keyboard.press("Enter");
  await isOpen(page, "Stretch");
  await page.getByRole("link", { name: "Week" }).click();
  await page.getByRole("heading", { name: "Week", level: 1 }).waitFor();
  await stopAt(phone, "08:01:00");
  await toast(page, "It is time: Stretch");
  await page.getByRole("status").getByRole("button", { name: "Done" }).click();
  await toast(page, "Stretch: done");
  expect(await shown(page)).toEqual([]);
});

test("while no page is open, the service worker shows what was left with it, once", async () => {
  const phone = await phoneInTheMorning(["notifications"]);
  const { page, context } = phone;
  const nowMs = Date.now();
  const planned = (title: string, atMs: number) => ({
    title,
    body: "It is time.",
    tag: `reminder-${title}`,
    atMs,
    untilMs: atMs + 60_000,
    data: { habitId: title, day: "2026-11-21" },
    actions: [{ action: "done", title: "Done" }],
  });
  const plan = [
    planned("Now", nowMs - 1_000),
    planned("Too late", nowMs - 120_000),
    planned("Not yet", nowMs + 3_600_000),
  ];
  await page.evaluate(async (left) => {
    const mail = await caches.open("kanso-reminders");
    await mail.put("/reminders/plan", Response.json(left));
  }, plan);
  const [worker] = context.serviceWorkers();
  if (worker === undefined) throw new Error("There is no service worker.");
  const titles = () =>
    worker.evaluate(async () => {
      const scope = globalThis as unknown as ServiceWorkerGlobalScope; // the worker's own
      const shown = await scope.registration.getNotifications();
      for (const notification of shown) notification.close();
      return shown.map(({ title }) => title);
    });
  const wake = () =>
    worker.evaluate(() => {
      const scope = globalThis as unknown as ServiceWorkerGlobalScope; // the worker's own
      scope.dispatchEvent(new scope.PeriodicSyncEvent("periodicsync", { tag: "reminders" }));
    });
  // A page that is open reminds by itself.
  await wake();
  await page.goto("about:blank");
  expect(await titles()).toEqual([]);
  await wake();
  const found: string[] = [];
  await until(async () => found.push(...(await titles())) > 0, "it is shown");
  expect(found).toEqual(["Now"]);
  await wake();
  expect(await titles()).toEqual([]);
});

/** Chooses a button of the notification, as the system tells the service worker. */
async function press({ context }: Phone, action: string): Promise<void> {
  const [worker] = context.serviceWorkers();
  if (worker === undefined) throw new Error("There is no service worker.");
  await worker.evaluate(async (name) => {
    const scope = globalThis as unknown as ServiceWorkerGlobalScope; // the worker's own
    const [notification] = await scope.registration.getNotifications();
    scope.dispatchEvent(
      new scope.NotificationEvent("notificationclick", { notification, action: name }),
    );
  }, action);
}

interface ServiceWorkerGlobalScope extends EventTarget {
  readonly registration: ServiceWorkerRegistration;
  readonly NotificationEvent: new (type: string, init: object) => Event;
  readonly PeriodicSyncEvent: new (type: string, init: object) => Event;
}
