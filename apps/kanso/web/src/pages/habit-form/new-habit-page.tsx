// A new habit.

import { createHabit } from "@syncline/kanso-domain";
import { useEffect, useState } from "react";
import { useActions } from "../../data/actions.ts";
import { circumstanceOf, useSettings } from "../../data/calendar.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { HABIT_COLORS } from "../../theme/habit-color.ts";
import { draftOf } from "./form-values.ts";
import { HabitForm } from "./habit-form.tsx";

export function NewHabitPage() {
  const text = useMessages("habitForm");
  const actions = useActions();
  const act = useUndoToast();
  const settings = useSettings();
  const [first] = useState(() => ({
    ...createHabit(
      "new",
      { title: "x", icon: "star", color: pickColor() },
      circumstanceOf(settings),
    ),
    title: "",
  }));
  // One begins with the name.
  useEffect(() => {
    document.querySelector<HTMLElement>(".habit-form input")?.focus({ preventScroll: true });
  }, []);
  return (
    <Page title={text.newTitle}>
      <HabitForm
        first={first}
        submitLabel={text.create}
        next="/"
        onSubmit={(values) =>
          act(actions.createHabit(draftOf(values)), text.created(values.title.trim()))
        }
      />
    </Page>
  );
}

/** Any but the grey one, so that not all habits look the same. */
function pickColor(): string {
  const place = Math.floor(Math.random() * (HABIT_COLORS.length - 1));
  return HABIT_COLORS[place] ?? HABIT_COLORS[0];
}
