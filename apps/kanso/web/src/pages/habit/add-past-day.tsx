// Asks for a past day, for which something is to be entered.

import { type Day, dayToText, parseDay } from "@syncline/kanso-domain";
import { type FormEvent, useState } from "react";
import { useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Sheet } from "../../ui/sheet.tsx";

/** No statistic looks farther back. */
const MAX_DAYS_BACK = 36_525;

interface AddPastDayProps {
  readonly today: Day;
  onDay(day: Day): void;
  onClose(): void;
}

export function AddPastDay({ today, onDay, onClose }: AddPastDayProps) {
  const text = useMessages("habit");
  const [date, setDate] = useState(dayToText(today - 1));
  const [problem, setProblem] = useState<string>();

  function next(event: FormEvent) {
    event.preventDefault();
    const day = parseDay(date);
    if (day === undefined) setProblem(text.noSuchDay);
    else if (day > today) setProblem(text.notYet);
    else if (day < today - MAX_DAYS_BACK) setProblem(text.tooLongAgo);
    else onDay(day);
  }

  return (
    <Sheet title={text.addPast} onClose={onClose}>
      <form className="stack" onSubmit={next} noValidate>
        <TextField
          label={text.day}
          type="date"
          required
          max={dayToText(today)}
          value={date}
          problem={problem}
          onChange={({ target }) => {
            setDate(target.value);
            setProblem(undefined);
          }}
        />
        <Button type="submit" look="strong">
          {text.goOn}
        </Button>
      </form>
    </Sheet>
  );
}
