// English: the archive.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const archive = {
  title: "Archive",
  none: "The archive is empty",
  noneText: "Habits that you archive rest here with all their history.",
  list: "Archived habits",
  since: (day: string) => `Resting since ${day}`,
  restoreHabit: (title: string) => `Restore ${title}`,
  deleteHabit: (title: string) => `Delete ${title}`,
  delete: "Delete",
  deleteTitle: (title: string) => `Delete “${title}”?`,
  deleteText: (entries: number) =>
    entries === 0
      ? "It has no entries yet."
      : plural(entries, {
          one: "It goes with its history: # entry.",
          other: "It goes with its history: # entries.",
        }),
  restore: "Restore",
  restored: (title: string) => `${title} is back`,
};

export type ArchiveMessages = typeof archive;
