// Today, or another day: what is due, and how far it got.

import { type Day, dayToText, parseDay } from "@syncline/kanso-domain";
import { useEffect, useState } from "react";
import { useSearchParams } from "wouter";
import { useCalendar } from "../../data/calendar.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { DayBar } from "./day-bar.tsx";
import { EntrySheet } from "./entry-sheet.tsx";
import { HabitList } from "./habit-list.tsx";
import { Suggestions } from "./suggestions.tsx";
import { useDueHabits } from "./use-due-habits.ts";
import "./today.css";

export function TodayPage() {
  const text = useMessages("today");
  const calendar = useCalendar();
  const [day, setDay] = useShownDay(calendar.today);
  const { ready, none, rows } = useDueHabits(calendar, day);
  const [openId, setOpenId] = useState<string>();
  const open = rows.find(({ habit }) => habit.id === openId);

  return (
    <Page title={useDayTitle(day, calendar.today)}>
      {ready && none ? (
        <Suggestions />
      ) : (
        <>
          <DayBar day={day} today={calendar.today} rows={rows} onDay={setDay} />
          {ready && rows.length === 0 ? (
            <EmptyState icon="today" title={text.nothingDue} text={text.nothingDueText} />
          ) : (
            <HabitList rows={rows} day={day} onOpen={setOpenId} />
          )}
        </>
      )}
      {open === undefined ? null : (
        <EntrySheet key={day} row={open} day={day} onClose={() => setOpenId(undefined)} />
      )}
    </Page>
  );
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
