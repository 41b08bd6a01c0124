// English: import and export.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const imports = {
  title: "Import and export",
  intro:
    "Bring your history from Loop Habit Tracker or HabitBull, and take yours with you at any time.",
  importTitle: "Import",
  importText:
    "Loop’s export (the ZIP, or its folder) or full backup (.db), HabitBull’s CSV, or a file from Kanso. You see what is in it before anything is written.",
  pick: "Choose a file",
  pickFolder: "Choose a folder",
  drop: "Or drop it here",
  reading: "Reading …",
  cancel: "Cancel",
  again: "Choose another file",

  loop: "Loop Habit Tracker",
  habitbull: "HabitBull",
  kanso: "Kanso",
  from: (source: string) => `From ${source}`,
  habits: (count: number) => plural(count, { one: "# habit", other: "# habits" }),
  entries: (count: number) => plural(count, { one: "# entry", other: "# entries" }),
  range: (from: string, to: string) => `${from} to ${to}`,
  choose: "Which habits?",
  all: "All",
  none: "None",
  noEntries: "no entries",
  isHere: "already here",
  freshEntries: (count: number) => plural(count, { one: "# new entry", other: "# new entries" }),
  nothingNew: "Everything in this file is here already.",
  start: (habits: number, entries: number) =>
    `Import ${plural(habits, { one: "# habit", other: "# habits" })}, ${plural(entries, { one: "# entry", other: "# entries" })}`,
  tooMany: "This is more than one import can hold. Choose fewer habits, and import the rest after.",
  notices: (count: number) =>
    plural(count, {
      one: "# thing was left out or changed",
      other: "# things were left out or changed",
    }),
  moreNotices: (count: number) => plural(count, { one: "and # more", other: "and # more" }),
  noticeAt: (file: string, row: number) => `${file}, row ${row}:`,
  nameless: () => "A habit without a name was left out.",
  date: (given: string) => `“${given}” is not a date: left out.`,
  value: (given: string) => `“${given}” is not a value: left out.`,
  target: (given: string) => `The target “${given}” cannot be read: taken as 1.`,
  frequency: (given: string) => `“${given}” cannot be read as a frequency: taken as daily.`,
  rounded: (given: string) => `“${given}” days is not known here: taken as times a week.`,

  importing: "Importing …",
  importingText: "You can go on meanwhile: it is done in the background.",
  canceled: "Nothing was imported.",
  done: (habits: number, entries: number) =>
    `${plural(habits, { one: "# habit", other: "# habits" })} and ${plural(entries, { one: "# entry", other: "# entries" })} are here.`,
  doneTitle: "Imported",
  undo: "Undo the import",
  undone: "The import was taken back.",
  undoing: "Taking it back …",
  toHabits: "See your habits",

  too_large: "This file is too large. 64 MB is the most.",
  empty: "This file is empty.",
  unknown:
    "This is no export of Loop Habit Tracker, HabitBull or Kanso. In Loop: Settings, Export as CSV. In HabitBull: Settings, Export data.",
  newer: "This file was written by a newer version of Kanso. Reload the app, then try again.",
  damaged: (detail: string) => `This file cannot be read: ${detail}.`,
  damagedSomehow: "This file cannot be read.",
  /** What stands in the place of `detail`. */
  damages: {
    archive: (_name: string) => "it is not a ZIP archive",
    broken: (_name: string) => "the archive is damaged",
    packing: (_name: string) => "the archive is packed in a way that is not known here",
    large: (_name: string) => "the archive holds too much",
    many: (_name: string) => "the archive holds too many files",
    database: (_name: string) => "the database is damaged",
    json: (_name: string) => "it is not JSON",
    empty: (_name: string) => "there is nothing in it",
    column: (name: string) => `there is no column “${name}”`,
    quote: (_name: string) => "a quotation mark is not closed",
    rows: (_name: string) => "there are too many rows",
    list: (name: string) => `there is no list “${name}”`,
    field: (name: string) => `there is no valid value in “${name}”`,
  },
  noRoom: "There is no room on this device. Free some space, then try again. Nothing was imported.",
  failed: "The import has stopped, and nothing of it was kept. Please try again.",

  exportTitle: "Export",
  exportText: "Made on this device, with or without a network.",
  exportJson: "Everything (JSON)",
  exportJsonText: "Nothing is lost: as a backup, or for another device with Kanso.",
  exportCsv: "Tables (CSV)",
  exportCsvText:
    "For spreadsheets. Texts that would run as a formula there get an apostrophe in front.",
  exportLoop: "Loop Habit Tracker (CSV)",
  exportLoopText:
    "For Loop and the apps that read its files. Fixed weekdays become “times a week”.",
  save: "Save",
  exportFailed: "The file could not be made. Please try again.",
};

export type ImportsMessages = typeof imports;
