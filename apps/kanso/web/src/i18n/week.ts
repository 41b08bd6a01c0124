// On which weekday weeks begin where the person is.

import { preferences } from "../data/preferences.ts";

interface WithWeek {
  getWeekInfo?(): { readonly firstDay: number };
  readonly weekInfo?: { readonly firstDay: number };
}

/** 0 is Sunday. Monday where the browser does not say. */
export function localeWeekStart(locale: string = currentLocale()): number {
  const asked = new Intl.Locale(locale) as Intl.Locale & WithWeek; // TypeScript does not know of it yet
  const { firstDay } = asked.getWeekInfo?.() ?? asked.weekInfo ?? { firstDay: 1 };
  return firstDay % 7;
}

/** The language that was chosen, with the region that the browser names for it. */
export function currentLocale(): string {
  const { language } = preferences.getSnapshot();
  if (language === null) return navigator.language;
  return navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
}
