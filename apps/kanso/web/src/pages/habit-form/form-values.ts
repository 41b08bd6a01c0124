// What stands in the form, the habit that it makes, and what is wrong with it. The domain decides; this asks it.

import {
  createHabit,
  DomainError,
  type FrequencyType,
  type Habit,
  type HabitDraft,
  type HabitType,
  type TargetType,
} from "@syncline/kanso-domain";

export interface FormValues {
  readonly title: string;
  readonly description: string;
  readonly icon: string;
  readonly color: string;
  readonly type: HabitType;
  readonly targetType: TargetType;
  /** As it is typed: with a comma or a point. */
  readonly target: string;
  readonly unit: string;
  readonly frequencyType: FrequencyType;
  readonly weekdays: readonly number[];
  readonly timesPerWeek: number;
  readonly interval: string;
  /** Empty: none. */
  readonly startDay: string;
  readonly endDay: string;
  readonly reminderTime: string;
}

/** Fields of the form that can be wrong, by the domain's names for them. */
export const FORM_FIELDS = [
  "title",
  "description",
  "icon",
  "color",
  "targetValue",
  "unit",
  "weekdays",
  "timesPerWeek",
  "interval",
  "startDay",
  "endDay",
  "reminderTime",
] as const;
export type FormField = (typeof FORM_FIELDS)[number];

export type Problems = ReadonlySet<FormField>;

export function valuesOf(habit: Habit): FormValues {
  return {
    title: habit.title,
    description: habit.description,
    icon: habit.icon,
    color: habit.color,
    type: habit.type,
    target: String(habit.targetValue),
    targetType: habit.targetType === "at_most" ? "at_most" : "at_least",
    unit: habit.unit,
    frequencyType: habit.frequencyType,
    weekdays: habit.weekdays,
    timesPerWeek: habit.timesPerWeek,
    interval: String(habit.interval),
    startDay: habit.startDay ?? "",
    endDay: habit.endDay ?? "",
    reminderTime: habit.reminderTime ?? "",
  };
}

/** The habit that the form describes, whether or not it can be one. */
export function draftOf(values: FormValues): Required<Omit<HabitDraft, "sortOrder">> {
  const { title, description, icon, color, type, frequencyType } = values;
  return {
    title,
    description,
    icon,
    color,
    type,
    targetValue: type === "boolean" ? 1 : numberOf(values.target),
    targetType: type === "boolean" ? "at_least" : values.targetType,
    unit: type === "boolean" ? "" : values.unit.trim(),
    frequencyType,
    weekdays: frequencyType === "specific_days" ? values.weekdays : [],
    timesPerWeek: frequencyType === "weekly" ? values.timesPerWeek : 1,
    interval: frequencyType === "interval" ? numberOf(values.interval) : 1,
    startDay: values.startDay === "" ? null : values.startDay,
    endDay: values.endDay === "" ? null : values.endDay,
    reminderTime: values.reminderTime === "" ? null : values.reminderTime,
  };
}

/**
 * Only what was changed in the form: what another device has changed meanwhile stays. How often goes together,
 * as its parts mean nothing alone.
 */
export function changesOf(first: FormValues, values: FormValues): Partial<HabitDraft> {
  const [before, after] = [draftOf(first), draftOf(values)];
  const often = ["frequencyType", "weekdays", "timesPerWeek", "interval"] as const;
  const isChanged = (name: keyof typeof after) =>
    JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const names = Object.keys(after) as (keyof typeof after)[]; // its own names
  const changed = names.filter(
    (name) => isChanged(name) || (often.some((one) => one === name) && often.some(isChanged)),
  );
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}

/** What stands in for a field that is wrong, to see what else is. */
const GOOD: Readonly<Record<FormField, Partial<HabitDraft>>> = {
  title: { title: "x" },
  description: { description: "" },
  icon: { icon: "check" },
  color: { color: "" },
  targetValue: { targetValue: 1 },
  unit: { unit: "" },
  weekdays: { weekdays: [1] },
  timesPerWeek: { timesPerWeek: 1 },
  interval: { interval: 1 },
  startDay: { startDay: null, endDay: null },
  endDay: { endDay: null },
  reminderTime: { reminderTime: null },
};

/** The fields that the domain would refuse, all of them. */
export function problemsOf(values: FormValues): Problems {
  const problems = new Set<FormField>();
  let draft: HabitDraft = draftOf(values);
  if (!Number.isInteger(draft.interval)) {
    problems.add("interval");
    draft = { ...draft, ...GOOD.interval };
  }
  for (;;) {
    const field = refusedField(draft);
    if (field === undefined || problems.has(field)) return problems;
    problems.add(field);
    draft = { ...draft, ...GOOD[field] };
  }
}

const SOMEWHEN = { nowMs: 0, zone: null, dayStartHour: 0 };

function refusedField(draft: HabitDraft): FormField | undefined {
  try {
    createHabit("draft", draft, SOMEWHEN);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    return fieldOf(thrown);
  }
}

/** The field of the form that an error of the domain names. @throws what names none */
export function fieldOf(error: DomainError): FormField {
  const field = FORM_FIELDS.find((name) => name === error.field);
  if (field === undefined) throw error;
  return field;
}

/** NaN where it is no number. A comma is as good as a point. */
function numberOf(text: string): number {
  const trimmed = text.trim().replace(",", ".");
  return trimmed === "" ? Number.NaN : Number(trimmed);
}
