// An edit of a habit.

import { useLocation } from "wouter";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { HabitOfAddress } from "../../shell/habit-of-address.tsx";
import { Page } from "../../shell/page.tsx";
import { HabitForm } from "./habit-form.tsx";

export function EditHabitPage() {
  const text = useMessages("habitForm");
  const actions = useActions();
  const [, go] = useLocation();
  return (
    <HabitOfAddress>
      {(habit) => (
        <Page title={text.editTitle}>
          <HabitForm
            first={habit}
            submitLabel={text.save}
            onSubmit={async (draft) => {
              await actions.editHabit(habit, draft);
              go(`/habits/${habit.id}`);
            }}
          />
        </Page>
      )}
    </HabitOfAddress>
  );
}
