// Italian: import and export.

import { pluralOf } from "../../plural.ts";
import type { ImportsMessages } from "../en/import.ts";

const plural = pluralOf("it");

export const imports: ImportsMessages = {
  title: "Importa ed esporta",
  intro:
    "Porta qui la tua storia da Loop Habit Tracker o HabitBull, e portala via con te quando vuoi.",
  importTitle: "Importa",
  importText:
    "L’esportazione di Loop (il file ZIP o la sua cartella) o il suo backup completo (.db), il CSV di HabitBull o un file di Kanso. Vedi che cosa contiene prima che venga scritto qualcosa.",
  pick: "Scegli un file",
  pickFolder: "Scegli una cartella",
  drop: "Oppure trascinalo qui",
  reading: "Lettura …",
  cancel: "Annulla",
  again: "Scegli un altro file",

  loop: "Loop Habit Tracker",
  habitbull: "HabitBull",
  kanso: "Kanso",
  from: (source: string) => `Da ${source}`,
  habits: (count: number) => plural(count, { one: "# abitudine", other: "# abitudini" }),
  entries: (count: number) => plural(count, { one: "# voce", other: "# voci" }),
  range: (from: string, to: string) => `dal ${from} al ${to}`,
  choose: "Quali abitudini?",
  all: "Tutte",
  none: "Nessuna",
  noEntries: "nessuna voce",
  isHere: "già qui",
  freshEntries: (count: number) => plural(count, { one: "# voce nuova", other: "# voci nuove" }),
  nothingNew: "Tutto ciò che è in questo file è già qui.",
  start: (habits: number, entries: number) =>
    `Importa ${plural(habits, { one: "# abitudine", other: "# abitudini" })}, ${plural(entries, { one: "# voce", other: "# voci" })}`,
  tooMany:
    "È più di quanto un’importazione possa contenere. Scegli meno abitudini e importa le altre dopo.",
  notices: (count: number) =>
    plural(count, {
      one: "# elemento è stato tralasciato o cambiato",
      other: "# elementi sono stati tralasciati o cambiati",
    }),
  moreNotices: (count: number) => plural(count, { one: "e # altro", other: "e altri #" }),
  noticeAt: (file: string, row: number) => `${file}, riga ${row}:`,
  nameless: () => "Un’abitudine senza nome è stata tralasciata.",
  date: (given: string) => `«${given}» non è una data: tralasciato.`,
  value: (given: string) => `«${given}» non è un valore: tralasciato.`,
  target: (given: string) => `L’obiettivo «${given}» non è leggibile: preso come 1.`,
  frequency: (given: string) => `«${given}» non è una frequenza leggibile: presa come ogni giorno.`,
  rounded: (given: string) => `«${given}» giorni qui non esiste: preso come volte alla settimana.`,

  importing: "Importazione …",
  importingText: "Intanto puoi continuare: avviene in background.",
  canceled: "Non è stato importato niente.",
  done: (habits: number, entries: number) =>
    `${plural(habits, { one: "# abitudine", other: "# abitudini" })} e ${plural(entries, { one: "# voce", other: "# voci" })} sono qui.`,
  doneTitle: "Importato",
  undo: "Annulla l’importazione",
  undone: "L’importazione è stata annullata.",
  undoing: "Annullamento …",
  toHabits: "Vai alle tue abitudini",

  too_large: "Questo file è troppo grande. Il massimo è 64 MB.",
  empty: "Questo file è vuoto.",
  unknown:
    "Questa non è un’esportazione di Loop Habit Tracker, HabitBull o Kanso. In Loop: Impostazioni, Esporta come CSV. In HabitBull: Impostazioni, Esporta dati.",
  newer: "Questo file viene da una versione più recente di Kanso. Ricarica l’app e riprova.",
  damaged: (detail: string) => `Questo file non è leggibile: ${detail}.`,
  damagedSomehow: "Questo file non è leggibile.",
  damages: {
    archive: () => "non è un archivio ZIP",
    broken: () => "l’archivio è danneggiato",
    packing: () => "l’archivio è compresso in un modo che qui non è conosciuto",
    large: () => "l’archivio contiene troppo",
    many: () => "l’archivio contiene troppi file",
    database: (_name: string) => "il database è danneggiato",
    json: () => "non è JSON",
    empty: () => "non contiene niente",
    column: (name: string) => `manca la colonna «${name}»`,
    quote: () => "una virgoletta non è chiusa",
    rows: () => "ci sono troppe righe",
    list: (name: string) => `manca l’elenco «${name}»`,
    field: (name: string) => `in «${name}» non c’è un valore valido`,
  },
  noRoom:
    "Su questo dispositivo non c’è spazio. Libera spazio e riprova. Non è stato importato niente.",
  failed: "L’importazione si è fermata e non ne è rimasto niente. Riprova.",

  exportTitle: "Esporta",
  exportText: "Il file nasce su questo dispositivo, con o senza rete.",
  exportJson: "Tutto (JSON)",
  exportJsonText: "Completo, come copia o per un altro dispositivo con Kanso.",
  exportCsv: "Tabelle (CSV)",
  exportCsvText:
    "Per fogli di calcolo. I testi che verrebbero eseguiti come formule iniziano con un apostrofo.",
  exportLoop: "Loop Habit Tracker (CSV)",
  exportLoopText:
    "Per Loop e le app che leggono i suoi file. I giorni fissi diventano «volte alla settimana».",
  save: "Salva",
  exportFailed: "Il file non è stato creato. Riprova.",
};
