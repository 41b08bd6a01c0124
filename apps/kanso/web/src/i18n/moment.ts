// How long ago something was, and when, as people say it.

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "5 minutes ago", "yesterday", and after a week the date. */
export function agoText(locale: string, ms: number, nowMs: number): string {
  const passedMs = nowMs - ms;
  if (passedMs >= 7 * 86_400_000)
    return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(ms);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const step = STEPS.find(([, unitMs]) => passedMs >= unitMs);
  return step === undefined
    ? format.format(0, "second")
    : format.format(-Math.floor(passedMs / step[1]), step[0]);
}

/** Such as "21 Nov 2026, 14:05". */
export function momentText(locale: string, ms: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(ms);
}
