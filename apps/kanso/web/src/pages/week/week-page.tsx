// The week: habits by days, each day one tap away.

import { type Day, dayToText, parseDay } from "@syncline/kanso-domain";
import { useState } from "react";
import { useSearchParams } from "wouter";
import { useCalendar } from "../../data/calendar.ts";
import { useLogs } from "../../data/entries.ts";
import { useHabits } from "../../data/habits.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { DaySheet } from "../today/day-sheet.tsx";
import { WeekBar } from "./week-bar.tsx";
import { weekOfDay } from "./week-days.ts";
import { WeekGrid } from "./week-grid.tsx";
import "../../shell/wide-page.css";
import "./week.css";

export function WeekPage() {
  const text = useMessages("week");
  const { newHabit } = useMessages("shell");
  const calendar = useCalendar();
  const { ready, habits } = useHabits();
  const logs = useLogs(calendar);
  const [search, setSearch] = useSearchParams();
  const [open, setOpen] = useState<{ readonly habitId: string; readonly day: Day }>();
  const week = weekOfDay(parseDay(search.get("week") ?? "") ?? calendar.today, calendar);
  const goTo = (day: Day) =>
    setSearch(day >= weekOfDay(calendar.today, calendar).from ? {} : { week: dayToText(day) }, {
      replace: true,
    });
  const openHabit = habits.find(({ id }) => id === open?.habitId);

  return (
    <Page title={text.title}>
      <div className="wide-page">
        {/* Nothing before it is known what was done: nobody is to see a day undone that is not. */}
        {!ready || !logs.ready ? null : habits.length === 0 ? (
          <EmptyState icon="week" title={text.none} text={text.noneText}>
            <ButtonLink href="/habits/new" look="strong" icon="plus">
              {newHabit}
            </ButtonLink>
          </EmptyState>
        ) : (
          <>
            <WeekBar week={week} habits={habits} logs={logs} calendar={calendar} onWeek={goTo} />
            <WeekGrid
              week={week}
              habits={habits}
              logs={logs}
              calendar={calendar}
              onOpen={(habitId, day) => setOpen({ habitId, day })}
            />
          </>
        )}
      </div>
      {open === undefined || openHabit === undefined ? null : (
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
