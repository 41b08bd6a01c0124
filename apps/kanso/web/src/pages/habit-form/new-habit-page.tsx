// A new habit.

import { useLocation } from "wouter";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { HabitForm } from "./habit-form.tsx";

export function NewHabitPage() {
  const text = useMessages("habitForm");
  const actions = useActions();
  const [, go] = useLocation();
  return (
    <Page title={text.newTitle}>
      <HabitForm
        first={{ title: "" }}
        submitLabel={text.create}
        onSubmit={async (draft) => {
          await actions.createHabit(draft);
          go("/");
        }}
      />
    </Page>
  );
}
