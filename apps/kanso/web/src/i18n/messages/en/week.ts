// English: the week page.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const week = {
  title: "Week",
  grid: "Habits by day",
  habit: "Habit",
  total: "Total",
  done: "Done",
  sumOf: (amount: string, unit: string) => (unit === "" ? amount : `${unit}: ${amount}`),
  days: (count: number) => plural(count, { one: "# day", other: "# days" }),
  ofQuota: (done: string, of: string) => `${done} of ${of}`,
  ofAll: (done: string, due: string) => `${done}/${due}`,
  doneShare: (percent: string) => `${percent} done`,
  doneUntilToday: (percent: string) => `${percent} done, today included`,
  nothingAsked: "Nothing was due yet",
  thisWeek: "This week",
  previous: "Previous week",
  next: "Next week",
  none: "No habits yet",
  noneText: "Your week shows here once you have a habit.",
};

export type WeekMessages = typeof week;
