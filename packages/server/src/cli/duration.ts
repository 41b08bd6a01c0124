// Lengths of time and moments, as people write them.

import { stampOfMs } from "@syncline/core";
import { UsageError } from "./command.ts";

const UNITS: { readonly [unit: string]: number } = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `15m`, `12h`, `30d`, in milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ""];
  if (amount === undefined || factor === undefined || Number(amount) === 0) {
    throw new UsageError(`"${text}" is no length of time such as 90s, 15m, 12h or 30d`);
  }
  return Number(amount) * factor;
}

/** A stamp, or an ISO date and time, as a stamp. */
export function parseMoment(text: string): number {
  if (/^\d{16}$/.test(text)) return Number(text);
  const ms = Date.parse(text);
  if (!Number.isFinite(ms) || !/^\d{4}-\d\d-\d\d/.test(text)) {
    throw new UsageError(`"${text}" is no moment such as 2026-11-20T10:00:00Z, and no stamp`);
  }
  // A moment without a fraction means all of it: what was committed within it counts.
  return stampOfMs(ms) + 999;
}
