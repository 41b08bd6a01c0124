// German: a habit's page.

import { pluralOf } from "../../plural.ts";
import type { HabitMessages } from "../en/habit.ts";

const plural = pluralOf("de");

export const habit: HabitMessages = {
  edit: "Bearbeiten",
  archive: "Archivieren",
  delete: "Löschen",
  current: "Aktuelle Serie",
  longest: "Längste Serie",
  entries: (count: number) => plural(count, { one: "# Eintrag", other: "# Einträge" }),
  toastArchived: (title: string) => `${title} ist im Archiv`,
  toastDeleted: (title: string) => `${title} wurde gelöscht`,
  missing: "Diese Gewohnheit ist nicht auf diesem Gerät",
  missingText: "Vielleicht wurde sie gelöscht, oder sie ist noch nicht angekommen.",
};
