// The habit as it will stand on the list.

import type { Habit } from "@syncline/kanso-domain";
import { useSettings } from "../../data/calendar.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { frequencyInWords } from "../../i18n/frequency.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { paletteOf } from "../../theme/habit-color.ts";
import { HabitIcon } from "../../ui/icon.tsx";
import { ProgressRing } from "../../ui/progress-ring.tsx";
import "../today/today.css";
import { draftOf, type FormValues } from "./form-values.ts";

interface HabitPreviewProps {
  /** The habit before. */
  readonly first: Habit;
  readonly values: FormValues;
}

export function HabitPreview({ first, values }: HabitPreviewProps) {
  const text = useMessages("habitForm");
  const messages = { habit: useMessages("habit"), today: useMessages("today") };
  const format = useFormat();
  const calendarFormat = useCalendarFormat();
  const { weekStart } = useSettings();
  const draft = draftOf(values);
  const title = values.title.trim() === "" ? text.previewTitle : values.title;
  const habit: Habit = {
    ...first,
    ...values,
    targetValue: orOne(draft.targetValue),
    interval: orOne(draft.interval),
  };
  const words = frequencyInWords(habit, { messages, format, calendarFormat, weekStart });
  return (
    <section
      className="habit-row habit-preview"
      data-color={paletteOf(values.color)}
      data-state="open"
      aria-label={text.preview}
    >
      <div className="habit-main">
        <ProgressRing share={values.type === "boolean" ? 0 : 0.35}>
          <HabitIcon icon={values.icon} title={title} />
        </ProgressRing>
        <span className="habit-words">
          <span className="habit-title" dir="auto">
            {title}
          </span>
          <span className="soft">{[words, values.reminderTime].filter(Boolean).join(" · ")}</span>
        </span>
        <span className="habit-mark" />
      </div>
    </section>
  );
}

/** What is not yet a number. */
function orOne(value: number): number {
  return Number.isFinite(value) ? value : 1;
}
