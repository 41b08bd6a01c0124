// German: import and export.

import type { ImportsMessages } from "../en/import.ts";

export const imports: ImportsMessages = {
  title: "Importieren und exportieren",
  intro:
    "Bring deinen Verlauf aus Loop Habit Tracker oder HabitBull mit, und nimm deinen jederzeit mit.",
};
