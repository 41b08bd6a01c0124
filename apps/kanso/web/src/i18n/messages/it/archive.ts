// Italian: the archive.

import { pluralOf } from "../../plural.ts";
import type { ArchiveMessages } from "../en/archive.ts";

const plural = pluralOf("it");

export const archive: ArchiveMessages = {
  title: "Archivio",
  none: "L’archivio è vuoto",
  noneText: "Le abitudini archiviate riposano qui con tutta la loro storia.",
  list: "Abitudini archiviate",
  since: (day: string) => `A riposo dal ${day}`,
  restoreHabit: (title: string) => `Ripristina ${title}`,
  deleteHabit: (title: string) => `Elimina ${title}`,
  delete: "Elimina",
  deleteTitle: (title: string) => `Eliminare «${title}»?`,
  deleteText: (entries: number) =>
    entries === 0
      ? "Non ha ancora registrazioni."
      : plural(entries, {
          one: "Sparisce insieme alla sua storia: # registrazione.",
          other: "Sparisce insieme alla sua storia: # registrazioni.",
        }),
  restore: "Ripristina",
  restored: (title: string) => `${title} è tornata`,
};
