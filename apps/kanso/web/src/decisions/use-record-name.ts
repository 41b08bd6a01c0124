// What people call a record: a habit's title, or the title and day of an entry.

import { parseDay } from "@syncline/kanso-domain";
import { useQuery } from "../data/collections.ts";
import { useFormat, useMessages } from "../i18n/index.tsx";
import type { Look, Wanted } from "./decision.ts";
import type { Fields } from "./field-groups.ts";

export function useRecordName(wanted: Wanted | undefined, look: Look): string {
  const text = useMessages("conflicts");
  const { shortDay } = useFormat();
  const { rows } = useQuery("habits");
  if (wanted === undefined) return text.someRecord;
  const { collection, id } = wanted;
  const fields: Fields = { ...wanted.fields, ...look(collection, id) };
  if (collection === "habits") return String(fields["title"] ?? text.someHabit);
  if (collection !== "entries") return text.someRecord;
  const title = rows.find((habit) => habit.id === fields["habitId"])?.title ?? text.someHabit;
  const day = parseDay(String(fields["day"] ?? String(fields["at"]).slice(0, 10)));
  return day === undefined ? title : text.entryOf(title, shortDay(day));
}
