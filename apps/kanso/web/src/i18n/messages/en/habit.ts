// English: a habit's page.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const habit = {
  edit: "Edit",
  archive: "Archive",
  delete: "Delete",
  current: "Current streak",
  longest: "Longest streak",
  entries: (count: number) => plural(count, { one: "# entry", other: "# entries" }),
  toastArchived: (title: string) => `${title} is in the archive`,
  toastDeleted: (title: string) => `${title} was deleted`,
  missing: "This habit is not on this device",
  missingText: "It may have been deleted, or has not arrived yet.",
};

export type HabitMessages = typeof habit;
