// What the page and the service worker leave for each other: reminders to show, and answers to those shown.

import { type Day, parseDay } from "@syncline/kanso-domain";

/** A notification as the service worker shows it, with everything that it says in the person's language. */
export interface PlannedNotification {
  readonly title: string;
  readonly body: string;
  /** One notification for each: of a habit on a day. */
  readonly tag: string;
  readonly atMs: number;
  /** Later it is not worth showing. */
  readonly untilMs: number;
  readonly data: { readonly habitId: string; readonly day: string };
  readonly actions: readonly { readonly action: "done" | "later"; readonly title: string }[];
}

/** What a person has chosen on a notification. */
export interface ReminderAnswer {
  readonly action: "done" | "later";
  readonly habitId: string;
  readonly day: Day;
}

/** The service worker uses these names, too. */
const MAIL = "kanso-reminders";
const PLAN = "/reminders/plan";
const ANSWERS = "/reminders/answers";

/** Shows a notification at once. */
export async function notify(planned: PlannedNotification): Promise<void> {
  const { title, body, tag, data, actions } = planned;
  const options = { body, tag, data, icon: "/icon-192.png", badge: "/icon-192.png" };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active == null) {
    const shown = new Notification(title, options); // without a service worker there are no buttons on it
    shown.onclick = () => window.focus();
    return;
  }
  const withButtons: NotificationOptions & Pick<PlannedNotification, "actions"> = {
    ...options,
    actions,
  };
  await registration.showNotification(title, withButtons);
}

/** Takes away the notifications of habits that are done. */
export async function takeBack(isOver: (tag: string) => boolean): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await registration?.getNotifications()) ?? [])
    if (isOver(shown.tag)) shown.close();
}

/** For the time when no page is open. */
export async function leavePlan(plan: readonly PlannedNotification[]): Promise<void> {
  if (!("caches" in globalThis)) return; // browsers have none in insecure places
  const mail = await caches.open(MAIL);
  await mail.put(PLAN, new Response(JSON.stringify(plan)));
}

/** Nothing of it stays on the device. */
export async function forgetMail(): Promise<void> {
  if ("caches" in globalThis) await caches.delete(MAIL);
}

/** @returns what was answered since the last time */
export async function takeAnswers(): Promise<readonly ReminderAnswer[]> {
  if (!("caches" in globalThis)) return [];
  return await navigator.locks.request("kanso.reminders.answers", async () => {
    const mail = await caches.open(MAIL);
    const left = await mail.match(ANSWERS);
    if (left === undefined) return [];
    await mail.delete(ANSWERS);
    const answers = (await left.json()) as readonly Record<keyof ReminderAnswer, string>[]; // as the worker writes it
    return answers.flatMap(({ action, habitId, day }): ReminderAnswer[] => {
      const parsed = parseDay(day);
      if (parsed === undefined || (action !== "done" && action !== "later")) return [];
      return [{ action, habitId, day: parsed }];
    });
  });
}
