// What is said of a database whose schema is not this program's.

import { SynclineError } from "@syncline/core";

/** A database from before this program's schema. */
export class OlderSchema extends SynclineError {}

/**
 * @param name which database
 * @throws {SynclineError} `unavailable` for one of an older schema, saying what to run
 */
export function refuseOlder(name: string, version: number, wanted: number): void {
  if (version >= wanted) return;
  throw new OlderSchema(
    "unavailable",
    `${name} has schema ${version}, this program works on ${wanted}: run \`syncline migrate\`, or \`syncline serve\`, which does it. \`syncline backup\` first keeps what there is.`,
  );
}
