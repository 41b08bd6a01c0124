// What a habit is: its icon in its colour, how often it is due, and what is said about it.

import type { Calendar, Habit } from "@syncline/kanso-domain";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { frequencyInWords } from "../../i18n/frequency.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { HabitIcon, Icon } from "../../ui/icon.tsx";

interface HabitHeaderProps {
  readonly habit: Habit;
  readonly calendar: Calendar;
}

export function HabitHeader({ habit, calendar: { weekStart } }: HabitHeaderProps) {
  const [text, today] = [useMessages("habit"), useMessages("today")];
  const format = useFormat();
  const calendarFormat = useCalendarFormat();
  const messages = { habit: text, today };
  return (
    <section className="card habit-about" aria-label={text.about}>
      <span className="habit-about-icon">
        <HabitIcon icon={habit.icon} title={habit.title} />
      </span>
      <div>
        <p className="habit-frequency">
          {frequencyInWords(habit, { messages, format, calendarFormat, weekStart })}
        </p>
        {habit.description === "" ? null : (
          <p className="soft habit-description">{habit.description}</p>
        )}
      </div>
      {habit.archivedAt === null ? null : (
        <p className="habit-archived">
          <Icon name="archive" /> {text.archived}
        </p>
      )}
    </section>
  );
}
