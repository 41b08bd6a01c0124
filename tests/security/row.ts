// A row of the table of attacks.

export interface SecurityRow {
  readonly id: string;
  readonly attack: string;
  readonly promise: string;
  /** The file, and words of the title. */
  readonly tests: readonly (readonly [file: string, title: string])[];
  /** What of it no test tries, and why. */
  readonly open?: string;
}

export const SERVER = "packages/server/src";
export const row = (
  id: string,
  attack: string,
  promise: string,
  ...tests: SecurityRow["tests"]
): SecurityRow => ({ id, attack, promise, tests });
