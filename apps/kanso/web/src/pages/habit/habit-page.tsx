// A habit: its streaks, and what can be done with it.

import type { Habit } from "@syncline/kanso-domain";
import { useLocation } from "wouter";
import { useActions } from "../../data/actions.ts";
import { useCalendar } from "../../data/calendar.ts";
import { useEntries, useLogs } from "../../data/entries.ts";
import { keptStreakOf } from "../../data/streaks.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { HabitOfAddress } from "../../shell/habit-of-address.tsx";
import { Page } from "../../shell/page.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";

export function HabitPage() {
  return <HabitOfAddress>{(habit) => <OneHabit habit={habit} />}</HabitOfAddress>;
}

function OneHabit({ habit }: { readonly habit: Habit }) {
  const text = useMessages("habit");
  const format = useFormat();
  const calendar = useCalendar();
  const actions = useActions();
  const act = useUndoToast();
  const [, go] = useLocation();
  const { entries } = useEntries(habit.id);
  const streak = keptStreakOf(habit, useLogs(calendar).logOf(habit.id), calendar);
  return (
    <Page title={habit.title}>
      <dl className="card">
        <dt className="soft">{text.current}</dt>
        <dd>{format.number(streak.current)}</dd>
        <dt className="soft">{text.longest}</dt>
        <dd>{format.number(streak.longest)}</dd>
      </dl>
      <p className="soft">{text.entries(entries.length)}</p>
      <ButtonLink href={`/habits/${habit.id}/edit`}>{text.edit}</ButtonLink>
      {habit.archivedAt === null ? (
        <Button
          icon="archive"
          onClick={() => {
            act(actions.archiveHabit(habit), text.toastArchived(habit.title));
            go("/");
          }}
        >
          {text.archive}
        </Button>
      ) : null}
      <Button
        look="danger"
        onClick={() => {
          act(actions.deleteHabit(habit), text.toastDeleted(habit.title));
          go("/");
        }}
      >
        {text.delete}
      </Button>
    </Page>
  );
}
