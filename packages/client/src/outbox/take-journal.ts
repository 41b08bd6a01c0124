// What pages before this one were asked for and had no time to write: made now.

import { isSynclineError } from "@syncline/core";
import type { SpaceClient } from "../space-client.ts";
import type { Journal } from "../store/port.ts";

/** @throws {SynclineError} `storage_…` where the device takes nothing: the next page tries again */
export async function takeJournal(
  journal: Journal | undefined,
  openSpace: (name: string) => Promise<SpaceClient>,
  startSpace: (space: SpaceClient) => void,
): Promise<void> {
  const left = journal?.left() ?? [];
  if (left.length === 0) return;
  const spaces = new Set<SpaceClient>();
  for (const entry of left) {
    const space = await openSpace(entry.space);
    spaces.add(space);
    try {
      await space.writer.takeUp(entry).local;
    } catch (thrown) {
      // A medium that fails may take them next time; anything else is told as every refused write is.
      if (isSynclineError(thrown) && thrown.code.startsWith("storage_")) throw thrown;
    }
  }
  journal?.taken();
  for (const space of spaces) startSpace(space);
}
