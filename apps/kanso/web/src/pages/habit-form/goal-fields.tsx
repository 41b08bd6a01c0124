// What is tracked, and how much of it makes a day.

import type { HabitType, TargetType } from "@syncline/kanso-domain";
import { useMessages } from "../../i18n/index.tsx";
import { Segmented, TextField } from "../../ui/field.tsx";
import type { FormValues } from "./form-values.ts";
import type { FieldProps } from "./habit-form.tsx";

export function GoalFields({ values, problemOf, onChange }: FieldProps) {
  const text = useMessages("habitForm");
  const { type, unit } = values;
  return (
    <>
      <Segmented<HabitType>
        label={text.type}
        value={type}
        choices={(["boolean", "numeric", "timer"] as const).map((value) => ({
          value,
          label: text.types[value],
        }))}
        onChoose={(chosen) => onChange(ofType(chosen, values, text.minutes))}
      />
      {type === "boolean" ? null : (
        <Segmented<TargetType>
          label={text.targetType}
          value={values.targetType}
          choices={(["at_least", "at_most"] as const).map((value) => ({
            value,
            label: text.targetTypes[value],
          }))}
          onChoose={(targetType) => onChange({ targetType })}
        />
      )}
      {type === "boolean" ? null : (
        <TextField
          label={type === "timer" && unit === text.minutes ? text.targetMinutes : text.target}
          inputMode="decimal"
          enterKeyHint="done"
          autoComplete="off"
          value={values.target}
          problem={problemOf("targetValue")}
          onChange={({ target }) => onChange({ target: target.value })}
        />
      )}
      {type === "numeric" ? (
        <div className="stack-tight">
          <TextField
            label={text.unit}
            placeholder={text.unitPlaceholder}
            enterKeyHint="done"
            autoComplete="off"
            autoCapitalize="none"
            value={unit}
            problem={problemOf("unit")}
            onChange={({ target }) => onChange({ unit: target.value })}
          />
          <ul className="chips" aria-label={text.unit}>
            {text.units.map((name) => (
              <li key={name}>
                <button
                  type="button"
                  className="chip"
                  aria-pressed={name === unit}
                  onClick={() => onChange({ unit: name })}
                >
                  {name}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </>
  );
}

/** A target and a unit to begin with, where none were chosen. */
function ofType(type: HabitType, values: FormValues, minutes: string): Partial<FormValues> {
  const untouched = values.target === "1";
  if (type === "timer") return { type, unit: minutes, ...(untouched ? { target: "10" } : {}) };
  if (type === "numeric" && values.type === "timer") return { type, unit: "" };
  return { type };
}
