// Notifications: shown by this page while it is open, and left with the service worker for the time when it is not.

import { dayToText, type Habit, type HabitLog } from "@syncline/kanso-domain";
import { useEffect, useMemo, useRef } from "react";
import { useLocation } from "wouter";
import { useCalendar } from "../data/calendar.ts";
import { useMessages } from "../i18n/index.tsx";
import { useToast } from "../ui/toast.tsx";
import { claimReminder } from "./kept.ts";
import { type Reminder, remindersAhead } from "./plan.ts";
import { useReminderPlatform } from "./platform.ts";
import {
  leavePlan,
  notify,
  type PlannedNotification,
  type ReminderAnswer,
  takeAnswers,
  takeBack,
} from "./worker-mail.ts";

/** Who opens the app in the evening needs no notification of the morning's: the page says what is due. */
const FRESH_MS = 60 * 60_000;
const STALE_MS = 3 * 60 * 60_000;
const DAYS_AHEAD = 6;

interface Notifying {
  readonly ready: boolean;
  readonly nowMs: number;
  /** Another one when it comes again. */
  keyOf(reminder: Reminder): string;
  done(reminder: Reminder): void;
}

/** One notification of each for all tabs, and a toast in this one. */
export function useNotifications(
  due: readonly Reminder[],
  { ready, nowMs, keyOf, done }: Notifying,
): void {
  const text = useMessages("reminders");
  const platform = useReminderPlatform();
  const toNotification = usePlanned();
  const show = useToast();
  const [location] = useLocation();
  const seen = useRef(new Set<string>());
  const isAllowed = platform === "open" || platform === "background";

  useEffect(() => {
    for (const reminder of due) {
      const key = keyOf(reminder);
      const isOld = nowMs - Number(key.slice(key.lastIndexOf("@") + 1)) > FRESH_MS;
      if (seen.current.has(key) || isOld) continue;
      seen.current.add(key);
      // The today page has a place for it.
      if (location !== "/")
        show({
          text: text.dueToast(reminder.habit.title),
          action: { label: text.done, run: () => done(reminder) },
        });
      if (isAllowed)
        void claimReminder(reminder.day, key)
          .then((isFirst) => (isFirst ? notify(toNotification(reminder)) : undefined))
          .catch(() => undefined); // the hint in the app is there all the same
    }
  });

  const dueTags = due.map((reminder) => tagOf(reminder)).join();
  const latest = useRef(dueTags);
  latest.current = dueTags;
  useEffect(() => {
    if (!isAllowed || !ready) return;
    // What is due when they are looked at: that takes a moment, and one may have come meanwhile.
    const isOver = (tag: string) => tag.startsWith("reminder-") && !latest.current.includes(tag);
    if (latest.current === dueTags) void takeBack(isOver).catch(() => undefined); // then it stays until the person closes it
  }, [dueTags, isAllowed, ready]);
}

interface Planning {
  readonly reminders: readonly Reminder[];
  readonly habits: readonly Habit[];
  logOf(habitId: string): HabitLog;
}

/** Leaves the reminders of the coming days with the service worker. */
export function usePlan({ reminders, habits, logOf }: Planning): void {
  const calendar = useCalendar();
  const platform = useReminderPlatform();
  const toNotification = usePlanned();
  const plan = useMemo(() => {
    if (platform !== "background") return [];
    return [...reminders, ...remindersAhead(habits, logOf, calendar, DAYS_AHEAD)];
  }, [platform, reminders, habits, logOf, calendar]);
  const written = useRef("");
  useEffect(() => {
    const nowMs = Date.now();
    const planned = plan.filter(({ atMs }) => atMs > nowMs).map(toNotification);
    const text = JSON.stringify(planned);
    if (text === written.current) return;
    written.current = text;
    leavePlan(planned).catch(() => undefined); // no room: then nothing is shown while the app is closed
  });
}

const tagOf = ({ habit, day }: Reminder) => `reminder-${habit.id}-${dayToText(day)}`;

function usePlanned(): (reminder: Reminder) => PlannedNotification {
  const text = useMessages("reminders");
  return (reminder) => ({
    title: reminder.habit.title,
    body: text.body,
    tag: tagOf(reminder),
    atMs: reminder.atMs,
    untilMs: reminder.atMs + STALE_MS,
    data: { habitId: reminder.habit.id, day: dayToText(reminder.day) },
    actions: [
      { action: "done", title: text.done },
      { action: "later", title: text.later },
    ],
  });
}

/** What was chosen on notifications, as soon as it is known and there are habits to do it with. */
export function useWorkerAnswers(ready: boolean, take: (answer: ReminderAnswer) => void): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    if (!ready) return;
    const look = () =>
      takeAnswers().then(
        (answers) => {
          for (const answer of answers) latest.current(answer);
        },
        () => undefined, // they are still there the next time
      );
    void look();
    const { serviceWorker } = navigator;
    serviceWorker?.addEventListener("message", look);
    return () => serviceWorker?.removeEventListener("message", look);
  }, [ready]);
}
