// English: the today page.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const today = {
  title: "Today",
  yesterday: "Yesterday",
  tomorrow: "Tomorrow",
  previousDay: "Previous day",
  nextDay: "Next day",
  backToToday: "Back to today",
  list: "Habits of this day",
  doneOf: (done: string, all: string) => `${done} of ${all} done`,
  allDone: "All done. Enjoy your day.",
  nothingDue: "Nothing is due on this day",
  nothingDueText: "Your habits rest. Come back tomorrow, or look at your week.",
  welcome: "Start with one small habit",
  welcomeLines: [
    "Tap a habit when it is done. Tap again to take it back.",
    "Everything is saved on this device, and works without a network.",
    "Pick one to begin. You can change everything about it later.",
  ],
  ownHabit: "Make your own",
  done: "Done",
  toDo: "Still to do",
  noneDue: "Nothing is due",
  notDone: "Not done",
  skipped: "Skipped",
  amountOf: (total: string, target: string, unit: string) => `${total} of ${target} ${unit}`,
  amountOfLimit: (total: string, target: string, unit: string) =>
    `${total} of at most ${target} ${unit}`,
  atMost: (amount: string) => `at most ${amount}`,
  ofWeek: (done: string, of: string) => `${done} of ${of} this week`,
  dueAgain: (days: number) =>
    plural(days, { one: "Due again in # day", other: "Due again in # days" }),
  streakDays: (count: number) => plural(count, { one: "# day in a row", other: "# days in a row" }),
  streakWeeks: (count: number) =>
    plural(count, { one: "# week in a row", other: "# weeks in a row" }),
  streakTimes: (count: number) =>
    plural(count, { one: "# time in a row", other: "# times in a row" }),
  details: (title: string) => `Value, note or skip: ${title}`,
  value: "Value",
  note: "Note",
  notePlaceholder: "How did it go?",
  skipHint: "A skipped day does not break your streak.",
  thisDay: "This day",
  open: "Open",
  amount: "An amount",
  draft: "You have not saved this yet.",
  discard: "Discard",
  toastDraft: (title: string) => `${title}: kept as a draft`,
  save: "Save",
  clear: "Clear this day",
  openHabit: "Show the habit",
  toastDone: (title: string) => `${title}: done`,
  /** `total` is such as "5 of 8 glasses": units are people's own words, and stand beside the target alone. */
  toastAdded: (title: string, amount: string, total: string) =>
    `${title}: +${amount}, now ${total}`,
  toastCleared: (title: string) => `${title}: not done`,
  toastSaved: (title: string) => `${title}: saved`,
  toastSkipped: (title: string) => `${title}: skipped`,
  toastCreated: (title: string) => `${title} is on your list`,
  startTimer: (title: string) => `Start the timer: ${title}`,
  stopTimer: (title: string) => `Stop the timer: ${title}`,
  toastTooShort: "Too short to count",
  orderTitle: "Change the order",
  orderList: "Habits in their order",
  orderHint:
    "Drag a habit by its handle. With the keyboard: Space takes it, arrows move it, Space puts it down, Escape takes it back.",
  orderDone: "Done",
  orderHandle: (title: string) => `Move ${title}`,
  orderUp: (title: string) => `Move up: ${title}`,
  orderDown: (title: string) => `Move down: ${title}`,
  orderGrabbed: (title: string, place: number, all: number) =>
    `${title} taken, place ${place} of ${all}`,
  orderMoved: (title: string, place: number, all: number) => `${title}: place ${place} of ${all}`,
  orderDropped: (title: string, place: number, all: number) =>
    `${title} put down, place ${place} of ${all}`,
  orderCancelled: (title: string) => `${title} is back in its place`,
  toastOrder: "The new order is saved",
  water: "Drink water",
  waterUnit: "glasses",
  walk: "Take a walk",
  read: "Read",
  readUnit: "pages",
  meditate: "Meditate",
  minutes: "minutes",
  stretch: "Stretch",
  sleep: "Go to bed early",
  exercise: "Exercise",
  everyDay: "Every day",
  timesAWeek: (count: number) => plural(count, { one: "Once a week", other: "# times a week" }),
};

export type TodayMessages = typeof today;
