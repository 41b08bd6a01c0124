// A day of a habit in full: its value, a note, or that it is skipped.

import type { Day } from "@syncline/kanso-domain";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { useActions } from "../../data/actions.ts";
import { useDayNotes } from "../../data/entries.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { Switch, TextField } from "../../ui/field.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import type { DueHabit } from "./use-due-habits.ts";

interface EntrySheetProps {
  readonly row: DueHabit;
  readonly day: Day;
  onClose(): void;
}

export function EntrySheet({ row: { habit, progress }, day, onClose }: EntrySheetProps) {
  const text = useMessages("today");
  const format = useFormat();
  const actions = useActions();
  const act = useUndoToast();
  const counted = habit.type !== "boolean";
  const [location] = useLocation();
  const page = `/habits/${habit.id}`;
  const kept = useDayNotes(habit.id, day);
  const [value, setValue] = useState(String(progress.total || (counted ? "" : 1)));
  const [note, setNote] = useState<string>();
  const [skipped, setSkipped] = useState(progress.skipped);

  function save(event: FormEvent) {
    event.preventDefault();
    const record = { value: Number(value), note: note ?? kept, skipped };
    const said = skipped ? text.toastSkipped : text.toastSaved;
    act(actions.setEntry(habit, day, record), said(habit.title));
    onClose();
  }

  return (
    <Sheet title={`${habit.title} · ${format.longDay(day)}`} onClose={onClose}>
      <form className="stack" onSubmit={save}>
        {counted ? (
          <TextField
            label={habit.unit === "" ? text.value : `${text.value} (${habit.unit})`}
            type="number"
            inputMode="decimal"
            min={0}
            max={2_147_483_647}
            step={0.001}
            required={!skipped}
            disabled={skipped}
            value={value}
            onChange={({ target }) => setValue(target.value)}
          />
        ) : null}
        <TextField
          label={text.note}
          lines={3}
          maxLength={2_000}
          placeholder={text.notePlaceholder}
          value={note ?? kept ?? ""}
          onChange={({ target }) => setNote(target.value)}
        />
        <Switch label={text.skip} hint={text.skipHint} checked={skipped} onChange={setSkipped} />
        <Button type="submit" look="strong">
          {text.save}
        </Button>
        <div className="sheet-others">
          <Button
            disabled={progress.total === 0 && !progress.done && !progress.skipped}
            onClick={() => {
              act(actions.clearEntry(habit, day), text.toastCleared(habit.title));
              onClose();
            }}
          >
            {text.clear}
          </Button>
          {location === page ? null : <ButtonLink href={page}>{text.openHabit}</ButtonLink>}
        </div>
      </form>
    </Sheet>
  );
}
