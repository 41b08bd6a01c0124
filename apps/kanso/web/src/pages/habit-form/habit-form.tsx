// The form of a habit.

import { DomainError, type HabitDraft, MAX_TITLE } from "@syncline/kanso-domain";
import { type FormEvent, useState } from "react";
import { useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";

interface HabitFormProps {
  readonly first: HabitDraft;
  readonly submitLabel: string;
  onSubmit(draft: HabitDraft): Promise<void>;
}

export function HabitForm({ first, submitLabel, onSubmit }: HabitFormProps) {
  const text = useMessages("habitForm");
  const [title, setTitle] = useState(first.title);
  const [refused, setRefused] = useState<string>();
  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      await onSubmit({ title });
    } catch (thrown) {
      if (!(thrown instanceof DomainError)) throw thrown;
      setRefused(thrown.field);
    }
  }
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <TextField
        label={text.name}
        required
        maxLength={MAX_TITLE}
        value={title}
        problem={refused === "title" ? text.nameMissing : undefined}
        onChange={({ target }) => setTitle(target.value)}
      />
      <Button type="submit" look="strong">
        {submitLabel}
      </Button>
    </form>
  );
}
