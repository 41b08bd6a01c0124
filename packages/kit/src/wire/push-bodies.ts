// Cuts a push into bodies that one message can carry.

import type { StoredEvent } from "../ports.ts";
import { INTEGER_ZERO } from "../versions/integer.ts";
import { writeRecord } from "./records.ts";

export interface PushBody {
  readonly events: readonly StoredEvent[];
  /** The JSON list of their records. */
  readonly body: string;
}

/** Bodies of about so many characters at most; one record is never cut. */
export function* pushBodies(
  events: readonly StoredEvent[],
  maxCharacters: number,
): Generator<PushBody> {
  let gathered: StoredEvent[] = [];
  let records: string[] = [];
  let characters = 0;
  for (const stored of events) {
    const record = writeRecord(withPosition(stored));
    if (characters + record.length > maxCharacters && records.length > 0) {
      yield { events: gathered, body: `[${records.join(",")}]` };
      gathered = [];
      records = [];
      characters = 0;
    }
    gathered.push(stored);
    records.push(record);
    characters += record.length;
  }
  if (records.length > 0) yield { events: gathered, body: `[${records.join(",")}]` };
}

/** Peers skip what has no position: the place in a log of another kind is none of theirs. */
function withPosition(stored: StoredEvent): StoredEvent {
  return stored.version.kind === "integer"
    ? stored
    : { event: stored.event, version: INTEGER_ZERO };
}
