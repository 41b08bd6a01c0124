// A person's entries with all their texts: for lists of entries, their feed and exports. Statistics need less.

import type { Entry } from "@syncline/kanso-domain";
import type { Admitted, Engine } from "@syncline/server";
import { entryRow, type Row } from "./rows.ts";

export interface EntryRows {
  /** Every entry that is or was there, by its id. */
  readonly rows: ReadonlyMap<string, Row<Entry>>;
  /** The last stamp that was read. */
  readonly stamp: number;
  /** About how much memory it takes. */
  readonly bytes: number;
  /** Reads what was committed since, by whomever; one reading after the other. */
  refresh(engine: Engine, admitted: Admitted): Promise<void>;
}

const PAGE = { limit: 2_000, maxBytes: 2 * 1024 * 1024, collections: ["entries"] } as const;
/** Long notes are rare, and counted by themselves. */
const BYTES_OF_ENTRY = 1_000;

export function createEntryRows(): EntryRows {
  let rows = new Map<string, Row<Entry>>();
  let stamp = 0;
  let epoch = "";
  let noteBytes = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function read(engine: Engine, admitted: Admitted): Promise<void> {
    for (let more = true; more; ) {
      const page = await engine.records(admitted, { ...PAGE, after: stamp });
      if (page.head < stamp || (stamp > 0 && page.epoch !== epoch)) {
        // The server was taken back to an older state.
        rows = new Map();
        stamp = 0;
        noteBytes = 0;
        continue;
      }
      for (const record of page.records) {
        const row = entryRow(record);
        const before = rows.get(row.id);
        noteBytes += notesOf(row) - (before === undefined ? 0 : notesOf(before));
        rows.set(row.id, row);
      }
      ({ stamp, more, epoch } = page);
    }
  }

  return {
    get rows() {
      return rows;
    },
    get stamp() {
      return stamp;
    },
    get bytes() {
      return rows.size * BYTES_OF_ENTRY + noteBytes;
    },
    refresh(engine, admitted) {
      const done = turn.then(() => read(engine, admitted));
      turn = done.catch(() => undefined); // whoever waits for it is told
      return done;
    },
  };
}

function notesOf({ value }: Row<Entry>): number {
  return (value?.notes.length ?? 0) * 2;
}
