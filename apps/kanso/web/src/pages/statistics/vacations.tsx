// Vacations: days on which nothing is due, for all habits or for some.

import { type Calendar, type Habit, parseDay, type Vacation } from "@syncline/kanso-domain";
import { useState } from "react";
import { useActions } from "../../data/actions.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { VacationSheet } from "./vacation-sheet.tsx";

interface VacationsProps {
  readonly habits: readonly Habit[];
  readonly calendar: Pick<Calendar, "vacations" | "today">;
}

export function Vacations({ habits, calendar: { vacations, today } }: VacationsProps) {
  const text = useMessages("statistics");
  const [isAdding, setIsAdding] = useState(false);
  const latestFirst = [...vacations].sort((a, b) => (a.from < b.from ? 1 : -1));
  return (
    <section className="card vacations" aria-labelledby="vacations">
      <header>
        <h2 id="vacations">{text.vacations}</h2>
        <Button icon="plus" onClick={() => setIsAdding(true)}>
          {text.addVacation}
        </Button>
      </header>
      <p className="soft">{text.vacationsText}</p>
      {latestFirst.length === 0 ? null : (
        <ul className="plain-list">
          {latestFirst.map((vacation) => (
            <VacationRow key={vacation.id} vacation={vacation} habits={habits} />
          ))}
        </ul>
      )}
      {isAdding ? (
        <VacationSheet habits={habits} today={today} onClose={() => setIsAdding(false)} />
      ) : null}
    </section>
  );
}

interface VacationRowProps {
  readonly vacation: Vacation;
  readonly habits: readonly Habit[];
}

function VacationRow({ vacation, habits }: VacationRowProps) {
  const text = useMessages("statistics");
  const { range, list } = useCalendarFormat();
  const actions = useActions();
  const act = useUndoToast();
  const { id, from, to, habitIds, note } = vacation;
  const days = range(parseDay(from) ?? 0, parseDay(to) ?? 0);
  const named = habits.filter((habit) => habitIds?.includes(habit.id)).map(({ title }) => title);
  const whose = habitIds === null ? text.allHabits : list(named);
  return (
    <li className="vacation">
      <div>
        <strong>{days}</strong>
        <p className="soft">{[whose, note].filter((part) => part !== "").join(" · ")}</p>
      </div>
      <IconButton
        icon="close"
        label={text.removeVacation(days)}
        onClick={() => act(actions.removeVacation(id), text.toastRemoved)}
      />
    </li>
  );
}
