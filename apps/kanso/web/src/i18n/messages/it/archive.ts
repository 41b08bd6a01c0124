// Italian: the archive.

import type { ArchiveMessages } from "../en/archive.ts";

export const archive: ArchiveMessages = {
  title: "Archivio",
  none: "L’archivio è vuoto",
  noneText: "Le abitudini archiviate riposano qui con tutta la loro storia.",
  restore: "Ripristina",
  restored: (title: string) => `${title} è tornata`,
};
