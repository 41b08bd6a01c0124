// A day of a habit in full: what became of it, and a note. What is typed stays until it is saved or thrown away.

import type { Day, DayProgress, Habit } from "@syncline/kanso-domain";
import type { FormEvent } from "react";
import { useLocation } from "wouter";
import { useActions } from "../../data/actions.ts";
import { useDraft } from "../../data/drafts.ts";
import { useDayNotes } from "../../data/entries.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { Segmented, TextField } from "../../ui/field.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { useToast } from "../../ui/toast.tsx";
import { choiceOf, choicesOf, DAY_STATES, type DayChoice, recordOf } from "./day-values.ts";

interface EntrySheetProps {
  readonly habit: Habit;
  readonly progress: DayProgress;
  readonly day: Day;
  onClose(): void;
}

export function EntrySheet({ habit, progress, day, onClose }: EntrySheetProps) {
  const text = useMessages("today");
  const format = useFormat();
  const actions = useActions();
  const act = useUndoToast();
  const show = useToast();
  const [location] = useLocation();
  const page = `/habits/${habit.id}`;
  const keptNote = useDayNotes(habit.id, day);
  const { draft, wasKept, change, drop } = useDraft(`${habit.id}.${day}`);
  const held = {
    choice: choiceOf(habit, progress),
    value: progress.logged ? String(progress.total) : "",
    note: keptNote,
  };
  const choice = DAY_STATES.find((one) => one === draft["choice"]) ?? held.choice;
  const value = draft["value"] ?? held.value;
  const note = draft["note"] ?? held.note;
  const isChanged = choice !== held.choice || value !== held.value || note !== held.note;
  const words: Readonly<Record<DayChoice, string>> = {
    open: text.open,
    done: text.done,
    "not-done": text.notDone,
    amount: text.amount,
    skip: text.skipped,
  };

  function close() {
    if (isChanged) show({ text: text.toastDraft(habit.title) });
    else drop();
    onClose();
  }

  function save(event: FormEvent) {
    event.preventDefault();
    const record = recordOf(habit, progress, { choice, value, note: draft["note"] });
    const said = choice === "skip" ? text.toastSkipped : text.toastSaved;
    const saved = actions.setEntry(habit, day, record);
    // It is gone once it is on the device, and not before.
    act(saved.then(drop), said(habit.title));
    onClose();
  }

  return (
    <Sheet title={`${habit.title} · ${format.longDay(day)}`} onClose={close}>
      <form className="stack" onSubmit={save}>
        {wasKept && isChanged ? (
          <div className="draft-line">
            <span className="soft">{text.draft}</span>
            <Button onClick={drop}>{text.discard}</Button>
          </div>
        ) : null}
        <Segmented<DayChoice>
          label={text.thisDay}
          value={choice}
          choices={choicesOf(habit).map((one) => ({ value: one, label: words[one] }))}
          onChoose={(next) => change({ choice: next })}
        />
        {choice === "skip" ? <p className="soft">{text.skipHint}</p> : null}
        {habit.type === "boolean" || choice === "skip" ? null : (
          <TextField
            label={habit.unit === "" ? text.value : `${text.value} (${habit.unit})`}
            type="number"
            inputMode="decimal"
            data-first
            min={0}
            max={2_147_483_647}
            step={0.001}
            required={choice === "amount"}
            value={value}
            onChange={({ target }) =>
              change({ value: target.value, choice: target.value === "" ? "open" : "amount" })
            }
          />
        )}
        <TextField
          label={text.note}
          lines={3}
          maxLength={2_000}
          placeholder={text.notePlaceholder}
          value={note ?? ""}
          onChange={({ target }) => change({ note: target.value })}
        />
        <Button type="submit" look="strong">
          {text.save}
        </Button>
        <div className="sheet-others">
          <Button
            disabled={held.choice === "open" && (held.note ?? "") === ""}
            onClick={() => {
              drop();
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
