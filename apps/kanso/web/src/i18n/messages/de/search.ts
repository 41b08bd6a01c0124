// German: search.

import { pluralOf } from "../../plural.ts";
import type { SearchMessages } from "../en/search.ts";

const plural = pluralOf("de");

export const search: SearchMessages = {
  title: "Suche",
  label: "Gewohnheiten, Notizen und Seiten suchen",
  placeholder: "Gewohnheiten, Notizen, Seiten",
  results: "Ergebnisse",
  commands: "Seiten und Aktionen",
  habits: "Gewohnheiten",
  notes: "Notizen",
  archived: "Archiviert",
  count: (count: number) => plural(count, { one: "# Ergebnis", other: "# Ergebnisse" }),
  none: (query: string) => `Nichts gefunden für „${query}“`,
  editOrder: "Reihenfolge der Gewohnheiten ändern",
  import: "Import und Export",
  shortcuts: "Tastenkürzel",
};
