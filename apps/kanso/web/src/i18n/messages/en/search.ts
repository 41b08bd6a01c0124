// English: search.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const search = {
  title: "Search",
  label: "Search habits, notes and pages",
  placeholder: "Habits, notes, pages",
  results: "Results",
  commands: "Pages and actions",
  habits: "Habits",
  notes: "Notes",
  archived: "Archived",
  count: (count: number) => plural(count, { one: "# result", other: "# results" }),
  none: (query: string) => `Nothing found for “${query}”`,
  editOrder: "Change the order of habits",
  import: "Import and export",
  shortcuts: "Keyboard shortcuts",
};

export type SearchMessages = typeof search;
