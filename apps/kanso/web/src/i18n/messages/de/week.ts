// German: the week page.

import { pluralOf } from "../../plural.ts";
import type { WeekMessages } from "../en/week.ts";

const plural = pluralOf("de");

export const week: WeekMessages = {
  title: "Woche",
  days: (count: number) => plural(count, { one: "# Tag erledigt", other: "# Tage erledigt" }),
};
