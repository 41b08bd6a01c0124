// English: the week page.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const week = {
  title: "Week",
  days: (count: number) => plural(count, { one: "# day done", other: "# days done" }),
};

export type WeekMessages = typeof week;
