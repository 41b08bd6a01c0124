// What a timer's time is worth, in the unit of its habit; and how it is shown while it runs.

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Who has forgotten a timer has not meditated for a week. */
const MOST_MS = 24 * HOUR_MS;

/** Units that people and other apps write, in our languages. All else are minutes. */
const UNITS: readonly (readonly [RegExp, unitMs: number])[] = [
  [/^(s|sec|secs|second|seconds|sek|sekunden?|secondi|secondo)\.?$/i, SECOND_MS],
  [/^(h|hr|hrs|hours?|std|stunden?|ore|ora)\.?$/i, HOUR_MS],
];

/** Rounded to tenths; hours to hundredths. 0 for what is too short to count. */
export function timerAmount(elapsedMs: number, unit: string): number {
  const unitMs = UNITS.find(([name]) => name.test(unit.trim()))?.[1] ?? MINUTE_MS;
  const digits = unitMs === HOUR_MS ? 100 : 10;
  const elapsed = Math.max(0, Math.min(elapsedMs, MOST_MS));
  return Math.round((elapsed / unitMs) * digits) / digits;
}

/** Such as "4:05" or "1:02:09". */
export function timerText(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / SECOND_MS));
  const pad = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = pad(seconds % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}
