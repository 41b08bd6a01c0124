// On which days the habit is to be done, from when, and until when.

import { FREQUENCY_TYPES } from "@syncline/kanso-domain";
import { useId } from "react";
import { useSettings } from "../../data/calendar.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { weekdaysOf } from "../../i18n/weekdays.ts";
import { Segmented, Select, TextField } from "../../ui/field.tsx";
import type { FieldProps } from "./habit-form.tsx";

const TIMES = ["1", "2", "3", "4", "5", "6", "7"] as const;

export function ScheduleFields(props: FieldProps) {
  const { values, problemOf, onChange } = props;
  const text = useMessages("habitForm");
  const { frequencyType } = values;
  return (
    <>
      <Select
        label={text.frequency}
        value={frequencyType}
        choices={FREQUENCY_TYPES.map((value) => ({ value, label: text.frequencies[value] }))}
        onChoose={(chosen) =>
          onChange({
            frequencyType: chosen,
            ...(chosen === "interval" && values.interval === "1" ? { interval: "2" } : {}),
          })
        }
      />
      {frequencyType === "specific_days" ? <Weekdays {...props} /> : null}
      {frequencyType === "weekly" ? (
        <Segmented<string>
          label={text.timesPerWeek}
          value={String(values.timesPerWeek)}
          choices={TIMES.map((value) => ({ value, label: value }))}
          onChoose={(times) => onChange({ timesPerWeek: Number(times) })}
        />
      ) : null}
      {frequencyType === "interval" ? (
        <TextField
          label={text.interval}
          inputMode="numeric"
          enterKeyHint="done"
          autoComplete="off"
          value={values.interval}
          problem={problemOf("interval")}
          onChange={({ target }) => onChange({ interval: target.value })}
        />
      ) : null}
      <div className="side-by-side">
        <TextField
          label={text.startDay}
          type="date"
          value={values.startDay}
          problem={problemOf("startDay")}
          onChange={({ target }) => onChange({ startDay: target.value })}
        />
        <TextField
          label={text.endDay}
          type="date"
          min={values.startDay}
          value={values.endDay}
          problem={problemOf("endDay")}
          onChange={({ target }) => onChange({ endDay: target.value })}
        />
      </div>
    </>
  );
}

function Weekdays({ values, problemOf, onChange }: FieldProps) {
  const text = useMessages("habitForm");
  const { locale } = useFormat();
  const { weekStart } = useSettings();
  const problem = problemOf("weekdays");
  const id = useId();
  return (
    <fieldset className="field weekdays" aria-describedby={id}>
      <legend>{text.weekdays}</legend>
      <div>
        {weekdaysOf(locale, weekStart).map(({ weekday, short, long }) => (
          <label key={weekday}>
            <input
              type="checkbox"
              aria-label={long}
              checked={values.weekdays.includes(weekday)}
              {...(problem === undefined ? {} : { "aria-invalid": true })}
              onChange={({ target }) => onChange({ weekdays: toggled(weekday, target.checked) })}
            />
            <span aria-hidden="true">{short}</span>
          </label>
        ))}
      </div>
      <p id={id} className="field-problem">
        {problem}
      </p>
    </fieldset>
  );

  function toggled(weekday: number, isOn: boolean): readonly number[] {
    const others = values.weekdays.filter((other) => other !== weekday);
    return isOn ? [...others, weekday].sort((a, b) => a - b) : others;
  }
}
