// English: the conflicts page.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const conflicts = {
  title: "Decisions",
  none: "Nothing to decide",
  noneText: "When two devices change the same thing, you choose here which version stays.",
  intro:
    "The same thing was changed on two devices. Choose which version stays. Nothing is lost until you do.",
  entryOf: (title: string, day: string) => `${title}, ${day}`,
  someHabit: "A deleted habit",
  someRecord: "A change",
  mine: "On this device",
  theirs: "On the other device",
  keepMine: "Keep mine",
  keepTheirs: "Keep theirs",
  keepChosen: "Keep what I chose",
  when: (mine: string, theirs: string) => `Yours: ${mine}. The other: ${theirs}.`,
  deletedHere: "You deleted it here, and it was changed on another device.",
  deletedThere: "You changed it here, and it was deleted on another device.",
  more: (count: number) =>
    plural(count, { one: "# more change belongs to it.", other: "# more changes belong to it." }),
  decided: "Decided",
  failed: "This could not be saved. Please try again.",

  refusedTitle: "The server did not take this",
  refusedText: "It is shown on this device no more. You can try again, or give it up.",
  retry: "Try again",
  giveUp: "Give it up",
  saveCopy: "Save a copy",
  schema: "Something in it does not fit.",
  forbidden: "This account may not change it.",
  too_large: "It is too large.",
  not_found: "What it was about is not there any more.",
  otherReason: (message: string) => `The server says: ${message}`,

  groupTitle: "Name",
  groupDescription: "Description",
  groupLook: "Colour and icon",
  groupGoal: "Goal",
  groupFrequency: "How often",
  groupReminder: "Reminder",
  groupPeriod: "From and to",
  groupArchive: "Archive",
  groupOrder: "Place in the list",
  groupValue: "Value",
  groupNotes: "Note",
  groupDay: "Day",
  groupVacation: "Vacation",
  groupSettings: "Settings",
  nothing: "–",
  yesNo: "Done or not",
  amount: (value: string, unit: string) => `${value} ${unit}`.trim(),
  daily: "Every day",
  weekly: (count: number) => plural(count, { one: "Once a week", other: "# times a week" }),
  everyDays: (count: number) => plural(count, { one: "Every day", other: "Every # days" }),
  skipped: "Skipped",
  archived: "Archived",
  active: "In use",
};

export type ConflictsMessages = typeof conflicts;
