// Reminders while the app is open: what is due now, for the pages to show, and one notification of each for all tabs.

import { reaches } from "@syncline/kanso-domain";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useActions } from "../data/actions.ts";
import { useCalendar } from "../data/calendar.ts";
import { useLogs } from "../data/entries.ts";
import { useHabits } from "../data/habits.ts";
import { useSource } from "../data/source.ts";
import { useMessages } from "../i18n/index.tsx";
import { useUndoToast } from "../shell/use-undo-toast.ts";
import { useToast } from "../ui/toast.tsx";
import { keptReminders, ofDay, putOff } from "./kept.ts";
import { dueReminders, type Reminder, remindersOf } from "./plan.ts";
import { lookAtPlatform } from "./platform.ts";
import { useNotifications, usePlan, useWorkerAnswers } from "./use-notifications.ts";

export interface Reminders {
  /** The earliest first. */
  readonly due: readonly Reminder[];
  done(reminder: Reminder): void;
  /** Puts it off for an hour. */
  later(reminder: Reminder): void;
}

const Context = createContext<Reminders>({ due: [], done: () => {}, later: () => {} });

export function useReminders(): Reminders {
  return useContext(Context);
}

const LATER_MS = 60 * 60_000;
const LOOK_MS = 10_000;

export function RemindersProvider({ children }: { readonly children: ReactNode }) {
  const calendar = useCalendar();
  const kept = ofDay(useSource(keptReminders), calendar.today);
  const { ready, habits, logOf } = useRemindedHabits();
  const nowMs = useNow();
  const reminders = useMemo(() => remindersOf(habits, logOf, calendar), [habits, logOf, calendar]);
  const due = dueReminders(reminders, (id) => kept.later[id], nowMs);
  const answers = useAnswers();
  const keyOf = ({ habit, atMs }: Reminder) => `${habit.id}@${kept.later[habit.id] ?? atMs}`;

  usePlan({ reminders, habits, logOf });
  useNotifications(due, { ready, nowMs, keyOf, done: answers.done });
  useWorkerAnswers(ready, (answer) => {
    const habit = habits.find(({ id }) => id === answer.habitId);
    if (habit === undefined) return;
    const logged = logOf(habit.id).get(answer.day);
    const isDone = logged !== undefined && logged.logs > 0 && reaches(habit, logged.total);
    const reminder = { habit, day: answer.day, atMs: nowMs };
    if (answer.action === "later") answers.later(reminder);
    else if (!isDone) answers.done(reminder);
  });

  const shown = useSame(due);
  const latest = useRef(answers);
  latest.current = answers;
  const value = useMemo<Reminders>(
    () => ({
      due: shown,
      done: (reminder) => latest.current.done(reminder),
      later: (reminder) => latest.current.later(reminder),
    }),
    [shown],
  );
  return <Context value={value}>{children}</Context>;
}

/** The habits that are reminded of, with what was done for them. */
function useRemindedHabits() {
  const all = useHabits();
  const logs = useLogs(useCalendar());
  const habits = useMemo(
    () => all.habits.filter(({ reminderTime }) => reminderTime !== null),
    [all.habits],
  );
  return { ready: all.ready && logs.ready, habits, logOf: logs.logOf };
}

function useAnswers(): Pick<Reminders, "done" | "later"> {
  const actions = useActions();
  const text = useMessages("reminders");
  const { toastDone } = useMessages("today");
  const act = useUndoToast();
  const show = useToast();
  return {
    done: ({ habit, day }) => act(actions.completeHabit(habit, day), toastDone(habit.title)),
    later: ({ habit, day }) =>
      void putOff(day, habit.id, Date.now() + LATER_MS).then(() =>
        show({ text: text.putOff(habit.title) }),
      ),
  };
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const look = () => setNowMs(Date.now());
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    void lookAtPlatform();
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return nowMs;
}

/** The same list as long as there are the same reminders in it: pages are not drawn anew for each look at the clock. */
function useSame(due: readonly Reminder[]): readonly Reminder[] {
  const held = useRef(due);
  const isSame =
    held.current.length === due.length && held.current.every((one, at) => one === due[at]);
  if (!isSame) held.current = due;
  return held.current;
}
