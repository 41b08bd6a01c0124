// The habit as it will stand on the list.

import { useFormat, useMessages } from "../../i18n/index.tsx";
import { paletteOf } from "../../theme/habit-color.ts";
import { HabitIcon } from "../../ui/icon.tsx";
import { ProgressRing } from "../../ui/progress-ring.tsx";
import "../today/today.css";
import { draftOf, type FormValues } from "./form-values.ts";
import { useFrequencyText } from "./frequency-text.ts";

export function HabitPreview({ values }: { readonly values: FormValues }) {
  const text = useMessages("habitForm");
  const { amountOf } = useMessages("today");
  const format = useFormat();
  const frequencyText = useFrequencyText();
  const draft = draftOf(values);
  const title = values.title.trim() === "" ? text.previewTitle : values.title;
  const isCounted = values.type !== "boolean" && Number.isFinite(draft.targetValue);
  const goal = isCounted
    ? amountOf(format.number(0), format.number(draft.targetValue), draft.unit).trim()
    : "";
  const often = frequencyText({ ...values, interval: draft.interval });
  return (
    <section
      className="habit-row habit-preview"
      data-color={paletteOf(values.color)}
      data-state="open"
      aria-label={text.preview}
    >
      <div className="habit-main">
        <ProgressRing share={isCounted ? 0.35 : 0}>
          <HabitIcon icon={values.icon} title={title} />
        </ProgressRing>
        <span className="habit-words">
          <span className="habit-title">{title}</span>
          <span className="soft">
            {[goal, often, values.reminderTime].filter(Boolean).join(" · ")}
          </span>
        </span>
        <span className="habit-mark" />
      </div>
    </section>
  );
}
