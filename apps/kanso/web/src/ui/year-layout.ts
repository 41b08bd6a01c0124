// A year as a calendar of weeks: which day lies where, and where its months begin.

import { type Day, dayOfDate, startOfWeek } from "@syncline/kanso-domain";

export interface YearLayout {
  /** Seven rows, the first of the weekday on which weeks begin; a place without a day is of another year. */
  readonly rows: readonly (readonly (Day | undefined)[])[];
  /** The months from left to right, each with the number of columns until the next. */
  readonly months: readonly { readonly first: Day; readonly columns: number }[];
  readonly first: Day;
  readonly last: Day;
}

export function yearLayout(year: number, weekStart: number): YearLayout {
  const first = dayOfDate(year, 1, 1);
  const last = dayOfDate(year, 12, 31);
  const origin = startOfWeek(first, weekStart);
  const columns = (startOfWeek(last, weekStart) - origin) / 7 + 1;
  const rows = Array.from({ length: 7 }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const day = origin + column * 7 + row;
      return day < first || day > last ? undefined : day;
    }),
  );
  return { rows, months: monthsOf(year, { origin, columns }), first, last };
}

/** A month begins in the first column that holds only days of it or of later ones, so that labels do not overlap. */
function monthsOf(
  year: number,
  { origin, columns }: { readonly origin: Day; readonly columns: number },
): YearLayout["months"] {
  const starts = Array.from({ length: 12 }, (_, index) => {
    const first = dayOfDate(year, index + 1, 1);
    return { first, column: index === 0 ? 0 : Math.ceil((first - origin) / 7) };
  });
  return starts.map(({ first, column }, index) => ({
    first,
    columns: (starts[index + 1]?.column ?? columns) - column,
  }));
}
