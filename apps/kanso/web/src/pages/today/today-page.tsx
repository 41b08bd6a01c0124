// Today, or another day: what is due, and how far it got.

import { type Day, dayToText, parseDay } from "@syncline/kanso-domain";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { useCalendar } from "../../data/calendar.ts";
import { useLogs } from "../../data/entries.ts";
import { useHabits } from "../../data/habits.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { DueNow } from "../../reminders/due-now.tsx";
import { Page } from "../../shell/page.tsx";
import { IconButton } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { DayBar } from "./day-bar.tsx";
import { DaySheet } from "./day-sheet.tsx";
import { HabitList } from "./habit-list.tsx";
import { Suggestions } from "./suggestions.tsx";
import { useDueHabits } from "./use-due-habits.ts";
import "./today.css";

const OrderList = lazy(() =>
  import("./order-list.tsx").then((module) => ({ default: module.OrderList })),
);

export function TodayPage() {
  const [search, setSearch] = useSearchParams();
  const text = useMessages("today");
  const { habits } = useHabits();
  const isOrdering = search.has("order") && habits.length > 0;
  useFocusOnChange(isOrdering);
  if (isOrdering)
    return (
      <Page title={text.orderTitle}>
        <Suspense>
          <OrderList habits={habits} onDone={() => setSearch({}, { replace: true })} />
        </Suspense>
      </Page>
    );
  return <DayPage canOrder={habits.length > 1} onOrder={() => setSearch({ order: "" })} />;
}

/** The button that was used is gone then: what is there instead begins with the page. */
function useFocusOnChange(mode: boolean): void {
  const shown = useRef(mode);
  useEffect(() => {
    if (shown.current !== mode) document.getElementById("main")?.focus({ preventScroll: true });
    shown.current = mode;
  }, [mode]);
}

interface DayPageProps {
  readonly canOrder: boolean;
  onOrder(): void;
}

function DayPage({ canOrder, onOrder }: DayPageProps) {
  const text = useMessages("today");
  const calendar = useCalendar();
  const [day, setDay] = useShownDay(calendar.today);
  const { ready, none, rows } = useDueHabits(calendar, day);
  const logs = useLogs(calendar);
  const { habits } = useHabits();
  const [open, setOpen] = useOpenDay(calendar.today);
  const openHabit = habits.find(({ id }) => id === open?.habitId);

  return (
    <Page
      title={useDayTitle(day, calendar.today)}
      actions={
        canOrder ? <IconButton icon="order" label={text.orderTitle} onClick={onOrder} /> : null
      }
    >
      {ready && none ? (
        <Suggestions />
      ) : (
        <>
          {day === calendar.today ? <DueNow /> : null}
          <DayBar day={day} today={calendar.today} rows={rows} onDay={setDay} />
          {ready && rows.length === 0 ? (
            <EmptyState icon="today" title={text.nothingDue} text={text.nothingDueText} />
          ) : (
            <HabitList rows={rows} day={day} onOpen={(habitId) => setOpen({ habitId, day })} />
          )}
        </>
      )}
      {open === undefined || openHabit === undefined || !logs.isKnown(open.habitId) ? null : (
        <DaySheet
          key={`${open.habitId} ${open.day}`}
          habit={openHabit}
          day={open.day}
          log={logs.logOf(open.habitId)}
          calendar={calendar}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Page>
  );
}

/** The habit and the day that are open. Addresses may name them: what was searched for is shown at once. */
function useOpenDay(today: Day) {
  const [search, setSearch] = useSearchParams();
  const asked = search.get("habit");
  const [open, setOpen] = useState<{ readonly habitId: string; readonly day: Day }>();
  useEffect(() => {
    if (asked === null) return;
    const day = search.get("day");
    setOpen({ habitId: asked, day: Math.min(today, parseDay(day ?? "") ?? today) });
    setSearch(day === null ? {} : { day }, { replace: true });
  }, [asked, search, setSearch, today]);
  return [open, setOpen] as const;
}

function useDayTitle(day: Day, today: Day): string {
  const text = useMessages("today");
  const format = useFormat();
  if (day === today) return text.title;
  return day === today - 1 ? text.yesterday : format.longDay(day);
}

/** The day stands in the address, so that "back" goes back to it. No later one than today. */
function useShownDay(today: Day): readonly [Day, (day: Day) => void] {
  const [search, setSearch] = useSearchParams();
  const day = Math.min(today, parseDay(search.get("day") ?? "") ?? today);
  const setDay = (next: Day) =>
    setSearch(next >= today ? {} : { day: dayToText(next) }, { replace: true });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (target instanceof Element && target.closest("input, textarea, select, dialog") !== null)
        return;
      if (key === "ArrowLeft") setDay(day - 1);
      else if (key === "ArrowRight") setDay(day + 1);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  return [day, setDay];
}
