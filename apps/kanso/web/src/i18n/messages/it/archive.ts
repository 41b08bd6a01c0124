// Italian: the archive.

import type { ArchiveMessages } from "../en/archive.ts";

export const archive: ArchiveMessages = {
  title: "Archivio",
  none: "L’archivio è vuoto",
  noneText: "Le abitudini archiviate riposano qui con tutta la loro storia.",
  list: "Abitudini archiviate",
  since: (day: string) => `A riposo dal ${day}`,
  restoreHabit: (title: string) => `Ripristina ${title}`,
  deleteHabit: (title: string) => `Elimina ${title}`,
  delete: "Elimina",
  deleteTitle: (title: string) => `Eliminare ${title}?`,
  deleteText: (entries: string) => `Sparisce per sempre, con la sua storia: ${entries}.`,
  restore: "Ripristina",
  restored: (title: string) => `${title} è tornata`,
};
