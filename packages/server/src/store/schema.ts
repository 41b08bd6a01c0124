// What is said of a database whose schema is not this program's.

import { SynclineError } from "@syncline/core";

/**
 * @param name which database
 * @throws {SynclineError} `unavailable` for one of an older schema, saying what to run
 */
export function refuseOlder(name: string, version: number, wanted: number): void {
  if (version >= wanted) return;
  throw new SynclineError(
    "unavailable",
    `${name} has schema ${version}, this program works on ${wanted}: run \`syncline migrate\`, or \`syncline serve\`, which does it. \`syncline backup\` first keeps what there is.`,
  );
}
