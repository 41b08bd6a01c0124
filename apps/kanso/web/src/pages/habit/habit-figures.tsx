// Streaks, rate and total of a habit.

import type { Habit } from "@syncline/kanso-domain";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Figures } from "../../ui/figures.tsx";
import type { Course } from "./use-course.ts";

interface HabitFiguresProps {
  readonly habit: Habit;
  readonly course: Course;
}

export function HabitFigures({ habit, course: { all, streak } }: HabitFiguresProps) {
  const text = useMessages("habit");
  const format = useFormat();
  const unitOf = { days: text.days, weeks: text.weeks, times: text.times }[streak.unit];
  const counted = habit.type !== "boolean";
  return (
    <Figures
      label={text.figures}
      figures={[
        { name: text.current, value: format.number(streak.current), unit: unitOf(streak.current) },
        { name: text.longest, value: format.number(streak.longest), unit: unitOf(streak.longest) },
        {
          name: text.rate,
          value: all.rate === null ? "–" : format.percent(all.rate / 100),
          unit: "",
        },
        counted
          ? {
              name: habit.unit === "" ? text.total : text.totalIn(habit.unit),
              value: format.number(all.total),
              unit: "",
            }
          : {
              name: text.total,
              value: format.number(all.daysDone),
              unit: text.days(all.daysDone),
            },
      ]}
    />
  );
}
