// Italian: search.

import { pluralOf } from "../../plural.ts";
import type { SearchMessages } from "../en/search.ts";

const plural = pluralOf("it");

export const search: SearchMessages = {
  title: "Cerca",
  label: "Cerca abitudini, note e pagine",
  placeholder: "Abitudini, note, pagine",
  results: "Risultati",
  commands: "Pagine e azioni",
  habits: "Abitudini",
  notes: "Note",
  archived: "In archivio",
  count: (count: number) => plural(count, { one: "# risultato", other: "# risultati" }),
  none: (query: string) => `Nessun risultato per «${query}»`,
  editOrder: "Cambia l’ordine delle abitudini",
  import: "Importa ed esporta",
  shortcuts: "Scorciatoie da tastiera",
};
