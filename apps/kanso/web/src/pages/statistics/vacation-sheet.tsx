// Asks for a vacation: from when to when, and for which habits.

import { type Day, DomainError, dayToText, type Habit, readVacation } from "@syncline/kanso-domain";
import { type FormEvent, useState } from "react";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button } from "../../ui/button.tsx";
import { Switch, TextField } from "../../ui/field.tsx";
import { Sheet } from "../../ui/sheet.tsx";

interface VacationSheetProps {
  readonly habits: readonly Habit[];
  readonly today: Day;
  onClose(): void;
}

export function VacationSheet({ habits, today, onClose }: VacationSheetProps) {
  const text = useMessages("statistics");
  const { save } = useMessages("today");
  const actions = useActions();
  const act = useUndoToast();
  const [from, setFrom] = useState(dayToText(today));
  const [to, setTo] = useState(dayToText(today + 6));
  const [note, setNote] = useState("");
  const [isForAll, setIsForAll] = useState(true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [wrong, setWrong] = useState<string>();

  function add(event: FormEvent) {
    event.preventDefault();
    const habitIds = isForAll ? null : [...chosen];
    if (habitIds?.length === 0) {
      setWrong("habitIds");
      return;
    }
    try {
      const { id: _, ...vacation } = readVacation("new", { from, to, habitIds, note });
      act(actions.addVacation(vacation), text.toastAdded);
      onClose();
    } catch (thrown) {
      if (!(thrown instanceof DomainError)) throw thrown;
      setWrong(thrown.field);
    }
  }

  function choose(id: string, isChosen: boolean) {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
    setWrong(undefined);
  }

  return (
    <Sheet title={text.addVacation} onClose={onClose}>
      <form className="stack" onSubmit={add} noValidate>
        <div className="vacation-days">
          <TextField
            label={text.firstDay}
            type="date"
            required
            value={from}
            problem={wrong === "from" ? text.noSuchDay : undefined}
            onChange={({ target }) => {
              setFrom(target.value);
              if (to < target.value) setTo(target.value);
              setWrong(undefined);
            }}
          />
          <TextField
            label={text.lastDay}
            type="date"
            required
            min={from}
            value={to}
            problem={wrong === "to" ? (to === "" ? text.noSuchDay : text.endsBefore) : undefined}
            onChange={({ target }) => {
              setTo(target.value);
              setWrong(undefined);
            }}
          />
        </div>
        <Switch label={text.forAll} checked={isForAll} onChange={setIsForAll} />
        {isForAll ? null : (
          <fieldset className="vacation-habits">
            <legend>{text.whichHabits}</legend>
            {habits.map(({ id, title }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={chosen.has(id)}
                  onChange={({ target }) => choose(id, target.checked)}
                />
                {title}
              </label>
            ))}
            {wrong === "habitIds" ? (
              <p className="field-problem" role="alert">
                {text.chooseHabit}
              </p>
            ) : null}
          </fieldset>
        )}
        <TextField
          label={text.vacationNote}
          maxLength={200}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
        <Button type="submit" look="strong">
          {save}
        </Button>
      </form>
    </Sheet>
  );
}
