// A habit: how it goes, year by year and day by day, and what can be done with it.

import { type Day, dateOfDay, type Habit } from "@syncline/kanso-domain";
import { useState } from "react";
import { useCalendar } from "../../data/calendar.ts";
import { useLogs } from "../../data/entries.ts";
import { useMessages } from "../../i18n/index.tsx";
import { HabitOfAddress } from "../../shell/habit-of-address.tsx";
import { Page } from "../../shell/page.tsx";
import { paletteOf } from "../../theme/habit-color.ts";
import { ButtonLink } from "../../ui/button-link.tsx";
import { useGrowing } from "../../ui/use-growing.ts";
import { DaySheet } from "../today/day-sheet.tsx";
import { HabitActions } from "./habit-actions.tsx";
import { HabitCharts } from "./habit-charts.tsx";
import { HabitFigures } from "./habit-figures.tsx";
import { HabitHeader } from "./habit-header.tsx";
import { HeatMap } from "./heat-map.tsx";
import { History } from "./history.tsx";
import { useCourse } from "./use-course.ts";
import "../../shell/wide-page.css";
import "./habit.css";

/** Figures, year, charts, history. */
const PARTS = 4;

export function HabitPage() {
  return <HabitOfAddress>{(habit) => <OneHabit key={habit.id} habit={habit} />}</HabitOfAddress>;
}

function OneHabit({ habit }: { readonly habit: Habit }) {
  const text = useMessages("habit");
  const calendar = useCalendar();
  const logs = useLogs(calendar);
  const log = logs.logOf(habit.id);
  const course = useCourse(habit, log, calendar);
  const [year, setYear] = useState(() => dateOfDay(calendar.today).year);
  const [open, setOpen] = useState<Day>();
  const parts = useGrowing(PARTS, 1);
  return (
    <Page
      title={habit.title}
      actions={<ButtonLink href={`/habits/${habit.id}/edit`}>{text.edit}</ButtonLink>}
    >
      <div className="wide-page" data-color={paletteOf(habit.color)}>
        <HabitHeader habit={habit} calendar={calendar} />
        {/* Nothing before it is known what was done. */}
        {logs.ready ? (
          <>
            <HabitFigures habit={habit} course={course} />
            {parts > 1 ? (
              <HeatMap
                habit={habit}
                log={log}
                calendar={calendar}
                year={year}
                first={course.first}
                onYear={setYear}
                onDay={setOpen}
              />
            ) : null}
            {parts > 2 ? <HabitCharts course={course} weekStart={calendar.weekStart} /> : null}
            {parts > 3 ? (
              <>
                <History habit={habit} log={log} calendar={calendar} onDay={setOpen} />
                <HabitActions habit={habit} />
              </>
            ) : null}
          </>
        ) : null}
      </div>
      {open === undefined ? null : (
        <DaySheet
          key={open}
          habit={habit}
          day={open}
          log={log}
          calendar={calendar}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Page>
  );
}
