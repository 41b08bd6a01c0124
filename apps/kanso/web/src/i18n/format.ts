// Days and numbers as people write them where they are.

import { type Day, dateOfDay } from "@syncline/kanso-domain";

export interface Format {
  readonly locale: string;
  number(value: number): string;
  percent(share: number): string;
  /** Such as "Saturday, 21 November". */
  longDay(day: Day): string;
  /** Such as "21 Nov 2026". */
  shortDay(day: Day): string;
  /** Such as "Sat". */
  weekday(day: Day): string;
}

export function createFormat(locale: string): Format {
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const days = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
    return (day: Day) => {
      const { year, month, dayOfMonth } = dateOfDay(day);
      return format.format(new Date(Date.UTC(year, month - 1, dayOfMonth)));
    };
  };
  return {
    locale,
    number: (value) => numbers.format(value),
    percent: (share) => percents.format(share),
    longDay: days({ weekday: "long", day: "numeric", month: "long" }),
    shortDay: days({ day: "numeric", month: "short", year: "numeric" }),
    weekday: days({ weekday: "short" }),
  };
}
