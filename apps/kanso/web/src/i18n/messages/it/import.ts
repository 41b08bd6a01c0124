// Italian: import and export.

import type { ImportsMessages } from "../en/import.ts";

export const imports: ImportsMessages = {
  title: "Importa ed esporta",
  intro: "Porta la tua cronologia da Loop Habit Tracker o HabitBull, e prendi la tua quando vuoi.",
};
