// German: the archive.

import type { ArchiveMessages } from "../en/archive.ts";

export const archive: ArchiveMessages = {
  title: "Archiv",
  none: "Das Archiv ist leer",
  noneText: "Gewohnheiten, die du archivierst, ruhen hier mit ihrem ganzen Verlauf.",
  list: "Archivierte Gewohnheiten",
  since: (day: string) => `Ruht seit ${day}`,
  restoreHabit: (title: string) => `${title} wiederherstellen`,
  deleteHabit: (title: string) => `${title} löschen`,
  delete: "Löschen",
  deleteTitle: (title: string) => `${title} löschen?`,
  deleteText: (entries: string) => `Sie verschwindet endgültig, mit ihrem Verlauf: ${entries}.`,
  restore: "Wiederherstellen",
  restored: (title: string) => `${title} ist wieder da`,
};
