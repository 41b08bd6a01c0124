// The day on which a habit was archived, by the calendar where the person is.

import {
  type Circumstance,
  type Day,
  dayAt,
  type Habit,
  parseMoment,
} from "@syncline/kanso-domain";

/** Undefined: it is not archived. */
export function archivedDay(
  { archivedAt }: Pick<Habit, "archivedAt">,
  { zone, dayStartHour }: Pick<Circumstance, "zone" | "dayStartHour">,
): Day | undefined {
  const moment = archivedAt === null ? undefined : parseMoment(archivedAt);
  return moment === undefined ? undefined : dayAt(moment.ms, zone ?? "UTC", dayStartHour);
}
