// German: import and export.

import { pluralOf } from "../../plural.ts";
import type { ImportsMessages } from "../en/import.ts";

const plural = pluralOf("de");

export const imports: ImportsMessages = {
  title: "Import und Export",
  intro: "Hol deinen Verlauf aus Loop Habit Tracker oder HabitBull, und nimm deinen jederzeit mit.",
  importTitle: "Importieren",
  importText:
    "Der Export von Loop (die ZIP-Datei oder ihr Ordner) oder seine vollständige Sicherung (.db), die CSV-Datei von HabitBull oder eine Datei von Kanso. Du siehst, was darin ist, bevor etwas geschrieben wird.",
  pick: "Datei wählen",
  pickFolder: "Ordner wählen",
  drop: "Oder hier ablegen",
  reading: "Wird gelesen …",
  cancel: "Abbrechen",
  again: "Andere Datei wählen",

  loop: "Loop Habit Tracker",
  habitbull: "HabitBull",
  kanso: "Kanso",
  from: (source: string) => `Aus ${source}`,
  habits: (count: number) => plural(count, { one: "# Gewohnheit", other: "# Gewohnheiten" }),
  entries: (count: number) => plural(count, { one: "# Eintrag", other: "# Einträge" }),
  range: (from: string, to: string) => `${from} bis ${to}`,
  choose: "Welche Gewohnheiten?",
  all: "Alle",
  none: "Keine",
  noEntries: "keine Einträge",
  isHere: "schon hier",
  freshEntries: (count: number) =>
    plural(count, { one: "# neuer Eintrag", other: "# neue Einträge" }),
  nothingNew: "Alles aus dieser Datei ist schon hier.",
  start: (habits: number, entries: number) =>
    `${plural(habits, { one: "# Gewohnheit", other: "# Gewohnheiten" })}, ${plural(entries, { one: "# Eintrag", other: "# Einträge" })} importieren`,
  tooMany:
    "Das ist mehr, als ein Import fassen kann. Wähle weniger Gewohnheiten und importiere den Rest danach.",
  notices: (count: number) =>
    plural(count, {
      one: "# Angabe wurde ausgelassen oder geändert",
      other: "# Angaben wurden ausgelassen oder geändert",
    }),
  moreNotices: (count: number) => plural(count, { one: "und # weitere", other: "und # weitere" }),
  noticeAt: (file: string, row: number) => `${file}, Zeile ${row}:`,
  nameless: () => "Eine Gewohnheit ohne Namen wurde ausgelassen.",
  date: (given: string) => `„${given}“ ist kein Datum: ausgelassen.`,
  value: (given: string) => `„${given}“ ist kein Wert: ausgelassen.`,
  target: (given: string) => `Das Ziel „${given}“ ist nicht lesbar: als 1 übernommen.`,
  frequency: (given: string) => `„${given}“ ist keine lesbare Häufigkeit: als täglich übernommen.`,
  rounded: (given: string) => `„${given}“ Tage gibt es hier nicht: als Male pro Woche übernommen.`,

  importing: "Wird importiert …",
  importingText: "Du kannst inzwischen weitermachen: Das geschieht im Hintergrund.",
  canceled: "Es wurde nichts importiert.",
  done: (habits: number, entries: number) =>
    `${plural(habits, { one: "# Gewohnheit", other: "# Gewohnheiten" })} und ${plural(entries, { one: "# Eintrag", other: "# Einträge" })} sind da.`,
  doneTitle: "Importiert",
  undo: "Import rückgängig machen",
  undone: "Der Import wurde rückgängig gemacht.",
  undoing: "Wird rückgängig gemacht …",
  toHabits: "Zu deinen Gewohnheiten",

  too_large: "Diese Datei ist zu groß. Höchstens 64 MB sind möglich.",
  empty: "Diese Datei ist leer.",
  unknown:
    "Das ist kein Export von Loop Habit Tracker, HabitBull oder Kanso. In Loop: Einstellungen, Als CSV exportieren. In HabitBull: Einstellungen, Daten exportieren.",
  newer:
    "Diese Datei kommt aus einer neueren Version von Kanso. Lade die App neu und versuche es noch einmal.",
  damaged: (detail: string) => `Diese Datei ist nicht lesbar: ${detail}.`,
  damagedSomehow: "Diese Datei ist nicht lesbar.",
  damages: {
    archive: () => "Es ist kein ZIP-Archiv",
    broken: () => "Das Archiv ist beschädigt",
    packing: () => "Das Archiv ist auf eine Weise gepackt, die hier nicht bekannt ist",
    large: () => "Das Archiv enthält zu viel",
    many: () => "Das Archiv enthält zu viele Dateien",
    database: (_name: string) => "die Datenbank ist beschädigt",
    json: () => "Es ist kein JSON",
    empty: () => "Es steht nichts darin",
    column: (name: string) => `Die Spalte „${name}“ fehlt`,
    quote: () => "Ein Anführungszeichen ist nicht geschlossen",
    rows: () => "Es sind zu viele Zeilen",
    list: (name: string) => `Die Liste „${name}“ fehlt`,
    field: (name: string) => `In „${name}“ steht kein gültiger Wert`,
  },
  noRoom:
    "Auf diesem Gerät ist kein Platz. Schaffe Platz und versuche es noch einmal. Es wurde nichts importiert.",
  failed: "Der Import wurde abgebrochen, nichts davon ist geblieben. Versuche es noch einmal.",

  exportTitle: "Exportieren",
  exportText: "Entsteht auf diesem Gerät, mit oder ohne Netz.",
  exportJson: "Alles (JSON)",
  exportJsonText: "Vollständig, als Kopie oder für ein anderes Gerät mit Kanso.",
  exportCsv: "Tabellen (CSV)",
  exportCsvText:
    "Für Tabellenprogramme. Vor Texten, die dort als Formel ausgeführt würden, steht ein Apostroph.",
  exportLoop: "Loop Habit Tracker (CSV)",
  exportLoopText:
    "Für Loop und Apps, die dessen Dateien lesen. Aus festen Wochentagen wird „mal pro Woche“.",
  save: "Speichern",
  exportFailed: "Die Datei konnte nicht erstellt werden. Versuche es noch einmal.",
};
