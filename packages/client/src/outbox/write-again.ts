// Writes that a device has no more, and the app still holds: made once more, by another client.

import { isSynclineError, parseTime, SynclineError } from "@syncline/core";
import { insideOf } from "../inside.ts";
import type { UnsyncedEntry } from "../store/port.ts";
import { makeIntent } from "./intent.ts";

/** What a device says of a write that does not fit what is there. */
const REFUSALS: ReadonlySet<string> = new Set([
  "not_found",
  "conflict",
  "schema",
  "invalid",
  "too_large",
]);

/**
 * Makes writes once more, in their order and with their times: those of a `removed` event, or of
 * `signOut({ unsynced: "export" })`. What changes a record that this device does not have yet waits for the server.
 * Of entries that were `sent` the server may have some already: fields and log entries are there once all the same,
 * counters may count twice.
 * @param client the new one
 * @returns once all of it is on the device; those that do not fit what is there now
 * @throws {SynclineError} `storage_…` where the device takes nothing, and what `sync` throws
 */
export async function writeAgain(
  client: object,
  unsynced: readonly UnsyncedEntry[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly UnsyncedEntry[]> {
  const inside = insideOf(client);
  if (inside === undefined)
    throw new SynclineError("config", "Give a client that `openClient` opened.", {
      path: "client",
    });
  const refused: UnsyncedEntry[] = [];
  const read = new Set<string>();
  for (const one of unsynced) {
    const { space, entry } = one;
    const { writer, sync } = await inside.space(space);
    const intents = entry.mutation.changes.map(({ op, time, fields, ...key }) => {
      const { ms, counter } = parseTime(time);
      return { ...makeIntent(key, op, fields), time: { ms, counter } };
    });
    const write = () => writer.submit(() => intents).local;
    try {
      await write().catch(async (thrown: unknown) => {
        // What it changes may only not have been read yet.
        if (read.has(space) || !isSynclineError(thrown, "not_found")) throw thrown;
        await sync(signal === undefined ? {} : { signal });
        read.add(space);
        await write();
      });
    } catch (thrown) {
      if (!isSynclineError(thrown) || !REFUSALS.has(thrown.code)) throw thrown;
      refused.push(one);
    }
  }
  return refused;
}
