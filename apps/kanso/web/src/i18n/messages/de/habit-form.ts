// German: making and editing a habit.

import type { HabitFormMessages } from "../en/habit-form.ts";

export const habitForm: HabitFormMessages = {
  newTitle: "Neue Gewohnheit",
  editTitle: "Gewohnheit bearbeiten",
  name: "Name",
  create: "Anlegen",
  save: "Speichern",
  nameMissing: "Gib deiner Gewohnheit einen Namen mit 1 bis 100 Zeichen.",
};
