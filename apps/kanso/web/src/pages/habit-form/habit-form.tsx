// The form of a habit: what stands in it is seen at once above it, and what is wrong is said where it stands.

import type { Habit } from "@syncline/kanso-domain";
import { MAX_DESCRIPTION, MAX_TITLE } from "@syncline/kanso-domain";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useMessages } from "../../i18n/index.tsx";
import { useLeaveGuard } from "../../shell/use-leave-guard.tsx";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { TextField } from "../../ui/field.tsx";
import { type FormField, type FormValues, problemsOf, valuesOf } from "./form-values.ts";
import { GoalFields } from "./goal-fields.tsx";
import { HabitPreview } from "./habit-preview.tsx";
import { LookFields } from "./look-fields.tsx";
import { ReminderFields } from "./reminder-fields.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";
import "./habit-form.css";

export interface FieldProps {
  readonly values: FormValues;
  /** What is wrong with a field, in words. */
  problemOf(field: FormField): string | undefined;
  onChange(changes: Partial<FormValues>): void;
}

interface HabitFormProps {
  /** What stands in the form first. */
  readonly first: Habit;
  readonly submitLabel: string;
  /** What else can be done with the habit. */
  others?(leaveTo: (path: string) => void): ReactNode;
  /** @param first what stood there before, and `values` now: all of it is fit to be a habit */
  onSubmit(values: FormValues, first: FormValues): void;
  /** Where to go afterwards. */
  readonly next: string;
}

export function HabitForm({ first, submitLabel, others, onSubmit, next }: HabitFormProps) {
  const text = useMessages("habitForm");
  const [before] = useState(() => valuesOf(first));
  const [values, setValues] = useState(before);
  const [isTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isChanged = JSON.stringify(values) !== JSON.stringify(before);
  const { question, leaveTo } = useLeaveGuard(isChanged);
  const problems = problemsOf(values);
  const fields: FieldProps = {
    values,
    problemOf: (field) => (isTried && problems.has(field) ? text.problem[field] : undefined),
    onChange: (changes) => setValues((held) => ({ ...held, ...changes })),
  };
  const focusProblem = useFocusAfter(() =>
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]"),
  );

  function submit(): void {
    setTried(true);
    if (problems.size > 0) focusProblem();
    else {
      onSubmit(values, before);
      leaveTo(next);
    }
  }

  return (
    <form
      ref={form}
      className="habit-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <HabitPreview first={first} values={values} />
      <section className="card stack">
        <TextField
          label={text.name}
          placeholder={text.namePlaceholder}
          autoComplete="off"
          enterKeyHint="done"
          maxLength={MAX_TITLE}
          value={values.title}
          problem={fields.problemOf("title")}
          onChange={({ target }) => fields.onChange({ title: target.value })}
        />
        <TextField
          label={text.description}
          placeholder={text.descriptionPlaceholder}
          lines={2}
          maxLength={MAX_DESCRIPTION}
          value={values.description}
          problem={fields.problemOf("description")}
          onChange={({ target }) => fields.onChange({ description: target.value })}
        />
      </section>
      <Section title={text.look}>
        <LookFields values={values} onChange={fields.onChange} />
      </Section>
      <Section title={text.goal}>
        <GoalFields {...fields} />
      </Section>
      <Section title={text.schedule}>
        <ScheduleFields {...fields} />
      </Section>
      <Section title={text.reminder}>
        <ReminderFields {...fields} />
      </Section>
      {others?.(leaveTo)}
      <div className="form-end">
        <output className="field-problem">
          {isTried && problems.size > 0 ? text.problems(problems.size) : null}
        </output>
        <ButtonLink href={next}>{text.cancel}</ButtonLink>
        <Button type="submit" look="strong">
          {submitLabel}
        </Button>
      </div>
      {question}
    </form>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="card stack" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** @returns moves the focus once what is asked for now has been drawn */
function useFocusAfter(find: () => HTMLElement | null | undefined): () => void {
  const [asked, setAsked] = useState(0);
  const latest = useRef(find);
  latest.current = find;
  useEffect(() => {
    if (asked > 0) latest.current()?.focus();
  }, [asked]);
  return () => setAsked((times) => times + 1);
}
