// Italian: the week page.

import { pluralOf } from "../../plural.ts";
import type { WeekMessages } from "../en/week.ts";

const plural = pluralOf("it");

export const week: WeekMessages = {
  title: "Settimana",
  days: (count: number) =>
    plural(count, { one: "# giorno completato", other: "# giorni completati" }),
};
