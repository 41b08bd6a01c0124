// German: the week page.

import { pluralOf } from "../../plural.ts";
import type { WeekMessages } from "../en/week.ts";

const plural = pluralOf("de");

export const week: WeekMessages = {
  title: "Woche",
  grid: "Gewohnheiten nach Tagen",
  habit: "Gewohnheit",
  total: "Summe",
  done: "Erledigt",
  sumOf: (amount: string, unit: string) => (unit === "" ? amount : `${unit}: ${amount}`),
  days: (count: number) => plural(count, { one: "# Tag", other: "# Tage" }),
  ofQuota: (done: string, of: string) => `${done} von ${of}`,
  ofAll: (done: string, due: string) => `${done}/${due}`,
  doneShare: (percent: string) => `${percent} erledigt`,
  doneUntilToday: (percent: string) => `${percent} erledigt, mit heute`,
  nothingAsked: "Es stand noch nichts an",
  thisWeek: "Diese Woche",
  previous: "Vorherige Woche",
  next: "Nächste Woche",
  none: "Noch keine Gewohnheiten",
  noneText: "Sobald du eine Gewohnheit hast, siehst du hier deine Woche.",
};
