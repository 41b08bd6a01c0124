// German: the archive.

import { pluralOf } from "../../plural.ts";
import type { ArchiveMessages } from "../en/archive.ts";

const plural = pluralOf("de");

export const archive: ArchiveMessages = {
  title: "Archiv",
  none: "Das Archiv ist leer",
  noneText: "Gewohnheiten, die du archivierst, ruhen hier mit ihrem ganzen Verlauf.",
  list: "Archivierte Gewohnheiten",
  since: (day: string) => `Ruht seit ${day}`,
  restoreHabit: (title: string) => `${title} wiederherstellen`,
  deleteHabit: (title: string) => `${title} löschen`,
  delete: "Löschen",
  deleteTitle: (title: string) => `„${title}“ löschen?`,
  deleteText: (entries: number) =>
    entries === 0
      ? "Sie hat noch keine Einträge."
      : plural(entries, {
          one: "Mit ihr verschwindet ihr Verlauf: # Eintrag.",
          other: "Mit ihr verschwindet ihr Verlauf: # Einträge.",
        }),
  restore: "Wiederherstellen",
  restored: (title: string) => `${title} ist wieder da`,
};
