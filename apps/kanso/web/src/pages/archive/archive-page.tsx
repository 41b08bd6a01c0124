// The archive: habits that rest, with what is to become of them.

import type { Habit } from "@syncline/kanso-domain";
import { useState } from "react";
import { Link } from "wouter";
import { useActions } from "../../data/actions.ts";
import { circumstanceOf, useSettings } from "../../data/calendar.ts";
import { useQuery } from "../../data/collections.ts";
import { useHabits } from "../../data/habits.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { paletteOf } from "../../theme/habit-color.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { HabitIcon } from "../../ui/icon.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { archivedDay } from "./archived-day.ts";
import "./archive.css";

export function ArchivePage() {
  const text = useMessages("archive");
  const { toToday } = useMessages("shell");
  const { ready, habits } = useHabits({ archived: true });
  const [asked, setAsked] = useState<Habit>();
  const latestFirst = habits.toSorted((a, b) =>
    (b.archivedAt ?? "").localeCompare(a.archivedAt ?? ""),
  );
  return (
    <Page title={text.title}>
      {ready && habits.length === 0 ? (
        <EmptyState icon="archive" title={text.none} text={text.noneText}>
          <ButtonLink href="/">{toToday}</ButtonLink>
        </EmptyState>
      ) : (
        <ul className="plain-list" aria-label={text.list}>
          {latestFirst.map((habit) => (
            <ArchivedHabit key={habit.id} habit={habit} onDelete={() => setAsked(habit)} />
          ))}
        </ul>
      )}
      {asked === undefined ? null : (
        <DeleteSheet habit={asked} onClose={() => setAsked(undefined)} />
      )}
    </Page>
  );
}

interface ArchivedHabitProps {
  readonly habit: Habit;
  onDelete(): void;
}

function ArchivedHabit({ habit, onDelete }: ArchivedHabitProps) {
  const text = useMessages("archive");
  const format = useFormat();
  const actions = useActions();
  const act = useUndoToast();
  const circumstance = circumstanceOf(useSettings());
  const day = archivedDay(habit, circumstance);
  const { id, title, icon, color } = habit;
  return (
    <li className="archived-habit" data-color={paletteOf(color)}>
      <Link href={`/habits/${id}`} className="archived-link">
        <span className="archived-icon">
          <HabitIcon icon={icon} title={title} />
        </span>
        <span className="archived-words">
          <strong>{title}</strong>
          {day === undefined ? null : (
            <span className="soft">{text.since(format.shortDay(day))}</span>
          )}
        </span>
      </Link>
      <Button
        aria-label={text.restoreHabit(title)}
        onClick={() => act(actions.restoreHabit(habit), text.restored(title))}
      >
        {text.restore}
      </Button>
      <IconButton icon="trash" label={text.deleteHabit(title)} onClick={onDelete} />
    </li>
  );
}

interface DeleteSheetProps {
  readonly habit: Habit;
  onClose(): void;
}

/** What would go with it is said before. */
function DeleteSheet({ habit, onClose }: DeleteSheetProps) {
  const text = useMessages("archive");
  const { cancel } = useMessages("habitForm");
  const { toastDeleted } = useMessages("habit");
  const actions = useActions();
  const act = useUndoToast();
  const { rows } = useQuery("entries", { where: { habitId: habit.id } });
  return (
    <Sheet title={text.deleteTitle(habit.title)} onClose={onClose}>
      <p>{text.deleteText(rows.length)}</p>
      <div className="sheet-choices">
        <Button onClick={onClose}>{cancel}</Button>
        <Button
          look="danger"
          onClick={() => {
            act(actions.deleteHabit(habit), toastDeleted(habit.title));
            onClose();
          }}
        >
          {text.delete}
        </Button>
      </div>
    </Sheet>
  );
}
