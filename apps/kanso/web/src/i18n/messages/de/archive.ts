// German: the archive.

import type { ArchiveMessages } from "../en/archive.ts";

export const archive: ArchiveMessages = {
  title: "Archiv",
  none: "Das Archiv ist leer",
  noneText: "Gewohnheiten, die du archivierst, ruhen hier mit ihrem ganzen Verlauf.",
  restore: "Wiederherstellen",
  restored: (title: string) => `${title} ist wieder da`,
};
