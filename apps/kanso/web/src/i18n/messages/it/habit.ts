// Italian: a habit's page.

import { pluralOf } from "../../plural.ts";
import type { HabitMessages } from "../en/habit.ts";

const plural = pluralOf("it");

export const habit: HabitMessages = {
  edit: "Modifica",
  archive: "Archivia",
  delete: "Elimina",
  current: "Serie attuale",
  longest: "Serie più lunga",
  entries: (count: number) => plural(count, { one: "# voce", other: "# voci" }),
  toastArchived: (title: string) => `${title} è nell’archivio`,
  toastDeleted: (title: string) => `${title} è stata eliminata`,
  missing: "Questa abitudine non è su questo dispositivo",
  missingText: "Forse è stata eliminata, o non è ancora arrivata.",
};
