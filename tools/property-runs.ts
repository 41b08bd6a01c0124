// How often a property is tried: a tenth of what it says in `npm test`, with other examples each time; all of it in the
// long part and by mutation testing.

/** Set where properties are tried as often as they say. */
export const EVERY_RUN = "SYNCLINE_EVERY_RUN";

/** @param all how often the property says; @returns how often it is tried in this run, at least once */
export function runs(all: number): number {
  return process.env[EVERY_RUN] === undefined ? Math.ceil(all / 10) : all;
}
