// Italian: making and editing a habit.

import type { HabitFormMessages } from "../en/habit-form.ts";

export const habitForm: HabitFormMessages = {
  newTitle: "Nuova abitudine",
  editTitle: "Modifica abitudine",
  name: "Nome",
  create: "Crea",
  save: "Salva",
  nameMissing: "Dai alla tua abitudine un nome da 1 a 100 caratteri.",
};
