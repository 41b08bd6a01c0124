// The commit clock of a space: strictly increasing microseconds, taken while the space is locked.

/**
 * The next stamp of a space: `max(last + 1, now)`.
 * @param last the space's last stamp, 0 when it has none
 * @param wallMs milliseconds since 1970
 */
export function nextStamp(last: number, wallMs: number): number {
  return Math.max(last + 1, Math.floor(wallMs) * 1000);
}

/** The stamp of a moment: for "as of Tuesday" and for retention horizons. */
export function stampOfMs(ms: number): number {
  return Math.floor(ms) * 1000;
}

/** The millisecond in which a stamp was taken (or later, when commits came faster than the clock). */
export function stampToMs(stamp: number): number {
  return Math.floor(stamp / 1000);
}
