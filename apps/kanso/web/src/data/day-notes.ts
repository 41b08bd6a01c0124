// What was noted on each day.

import { groupBy } from "@syncline/core";
import { type Calendar, type Day, dayOfEntry, type Entry } from "@syncline/kanso-domain";

/** The notes of each day that has any, a line for each, the latest first. */
export function notesByDay(
  entries: readonly Entry[],
  where: Pick<Calendar, "zone" | "dayStartHour">,
): ReadonlyMap<Day, string> {
  const noted = entries.filter(({ notes }) => notes !== "").sort((a, b) => (a.at < b.at ? 1 : -1));
  const days = groupBy(noted, (entry) => dayOfEntry(entry, where));
  return new Map(
    [...days].map(([day, those]) => [day, those.map(({ notes }) => notes).join("\n")]),
  );
}
