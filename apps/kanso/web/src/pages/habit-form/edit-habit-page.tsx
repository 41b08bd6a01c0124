// An edit of a habit. Other devices may change it meanwhile: only what was changed here is written.

import type { Habit } from "@syncline/kanso-domain";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { HabitOfAddress } from "../../shell/habit-of-address.tsx";
import { Page } from "../../shell/page.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { Button } from "../../ui/button.tsx";
import { changesOf } from "./form-values.ts";
import { HabitForm } from "./habit-form.tsx";

export function EditHabitPage() {
  return <HabitOfAddress>{(habit) => <EditHabit key={habit.id} habit={habit} />}</HabitOfAddress>;
}

function EditHabit({ habit }: { readonly habit: Habit }) {
  const text = useMessages("habitForm");
  const { toastArchived, toastDeleted } = useMessages("habit");
  const actions = useActions();
  const act = useUndoToast();
  const { id, title, archivedAt } = habit;
  return (
    <Page title={text.editTitle}>
      <HabitForm
        first={habit}
        submitLabel={text.save}
        next={`/habits/${id}`}
        onSubmit={(values, first) =>
          act(actions.editHabit(habit, changesOf(first, values)), text.saved(values.title.trim()))
        }
        others={(leaveTo) => (
          <div className="form-others">
            {archivedAt === null ? (
              <Button
                icon="archive"
                onClick={() => {
                  act(actions.archiveHabit(habit), toastArchived(title));
                  leaveTo("/");
                }}
              >
                {text.archive}
              </Button>
            ) : null}
            <Button
              look="danger"
              onClick={() => {
                act(actions.deleteHabit(habit), toastDeleted(title));
                leaveTo(archivedAt === null ? "/" : "/archive");
              }}
            >
              {text.delete}
            </Button>
          </div>
        )}
      />
    </Page>
  );
}
