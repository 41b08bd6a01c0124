// The archive: habits that rest.

import { useActions } from "../../data/actions.ts";
import { useHabits } from "../../data/habits.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

export function ArchivePage() {
  const text = useMessages("archive");
  const actions = useActions();
  const act = useUndoToast();
  const { ready, habits } = useHabits({ archived: true });
  return (
    <Page title={text.title}>
      {ready && habits.length === 0 ? (
        <EmptyState icon="archive" title={text.none} text={text.noneText} />
      ) : (
        <ul className="plain-list">
          {habits.map((habit) => (
            <li key={habit.id} className="card">
              <strong>{habit.title}</strong>
              <Button onClick={() => act(actions.restoreHabit(habit), text.restored(habit.title))}>
                {text.restore}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
