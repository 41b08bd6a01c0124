// Italian: the week page.

import { pluralOf } from "../../plural.ts";
import type { WeekMessages } from "../en/week.ts";

const plural = pluralOf("it");

export const week: WeekMessages = {
  title: "Settimana",
  grid: "Abitudini per giorno",
  habit: "Abitudine",
  total: "Totale",
  done: "Fatte",
  sumOf: (amount: string, unit: string) => (unit === "" ? amount : `${unit}: ${amount}`),
  days: (count: number) => plural(count, { one: "# giorno", other: "# giorni" }),
  ofQuota: (done: string, of: string) => `${done} su ${of}`,
  ofAll: (done: string, due: string) => `${done}/${due}`,
  doneShare: (percent: string) => `${percent} completato`,
  doneUntilToday: (percent: string) => `${percent} completato, oggi incluso`,
  nothingAsked: "Non c’era ancora niente da fare",
  thisWeek: "Questa settimana",
  previous: "Settimana precedente",
  next: "Settimana successiva",
  none: "Ancora nessuna abitudine",
  noneText: "Quando avrai un’abitudine, qui vedrai la tua settimana.",
};
