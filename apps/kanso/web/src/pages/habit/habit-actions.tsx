// Putting a habit away, taking it back, and deleting it: each can be undone.

import type { Habit } from "@syncline/kanso-domain";
import { useLocation } from "wouter";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button } from "../../ui/button.tsx";

export function HabitActions({ habit }: { readonly habit: Habit }) {
  const text = useMessages("habit");
  const actions = useActions();
  const act = useUndoToast();
  const [, go] = useLocation();
  return (
    <div className="habit-actions">
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
      ) : (
        <Button
          icon="archive"
          onClick={() => act(actions.restoreHabit(habit), text.toastRestored(habit.title))}
        >
          {text.restore}
        </Button>
      )}
      <Button
        look="danger"
        onClick={() => {
          act(actions.deleteHabit(habit), text.toastDeleted(habit.title));
          go("/");
        }}
      >
        {text.delete}
      </Button>
    </div>
  );
}
