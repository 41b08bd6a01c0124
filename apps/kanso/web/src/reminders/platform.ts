// What this browser can do about reminders, and asking it to.

import { createSource, useSource } from "../data/source.ts";

/**
 * `none`: it shows no notifications; `blocked`: it may not; `ask`: nobody has asked the person yet; `open`: it
 * does while the app is open; `background`: now and then also while it is not.
 */
export type ReminderPlatform = "none" | "blocked" | "ask" | "open" | "background";

const source = createSource<ReminderPlatform>(permission());

export function useReminderPlatform(): ReminderPlatform {
  return useSource(source);
}

/** Asks the person, where nobody has yet; and the browser to look at the reminders while the app is closed. */
export async function allowReminders(): Promise<void> {
  if (permission() === "ask") await Notification.requestPermission();
  await lookAtPlatform();
}

/** The same as far as it goes without asking. */
export async function lookAtPlatform(): Promise<void> {
  const allowed = permission();
  source.set(allowed === "open" && (await wakesUp()) ? "background" : allowed);
}

function permission(): Exclude<ReminderPlatform, "background"> {
  if (!("Notification" in globalThis)) return "none";
  const { permission } = Notification;
  return permission === "granted" ? "open" : permission === "denied" ? "blocked" : "ask";
}

interface WithPeriodicSync {
  readonly periodicSync?: {
    register(tag: string, options: { readonly minInterval: number }): Promise<void>;
  };
}

const WAKE_MS = 15 * 60_000;

/** Whether the browser will wake the service worker from time to time; only some do, and only installed apps. */
async function wakesUp(): Promise<boolean> {
  try {
    const registration: (ServiceWorkerRegistration & WithPeriodicSync) | undefined =
      await navigator.serviceWorker?.getRegistration();
    if (registration?.periodicSync === undefined) return false;
    await registration.periodicSync.register("reminders", { minInterval: WAKE_MS });
    return true;
  } catch {
    return false; // it is not installed, or the person does not want it
  }
}
