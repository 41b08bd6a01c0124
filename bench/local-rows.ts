// Rows of a device's database for the benchmarks of the client alone, and a transport that reaches nobody.

import type { LocalStore, Transport } from "@syncline/client";
import { SynclineError } from "@syncline/core";

export interface Item {
  readonly title: string;
  readonly rank: number;
}

const offline = () => Promise.reject(new SynclineError("offline"));

export const NOBODY: Transport = {
  sync: offline,
  pull: offline,
  stream: () => ({ [Symbol.asyncIterator]: () => ({ next: offline }) }),
  close: async () => undefined,
};

/** The fields of the row with a number; ranks are in no order, and each is there once. */
export function fieldsOf(i: number, rows: number): Item {
  return { title: `item ${i} ${"x".repeat(100)}`, rank: (i * 7_919) % rows };
}

/**
 * Takes rows in as a first load of a space does.
 * @param made gives the fields of the row with a number
 */
export async function fill(
  store: LocalStore,
  rows: number,
  made: (i: number) => object = (i) => fieldsOf(i, rows),
): Promise<void> {
  for (let from = 0; from < rows; from += 1_000) {
    await store.apply({
      space: "~",
      changes: Array.from({ length: 1_000 }, (_, i) => ({
        collection: "items",
        id: `r${from + i}`,
        version: 1,
        stamp: from + i + 1,
        time: "2026-11-20T10:00:00.000Z-0000-c1",
        fields: { ...made(from + i) },
      })),
      cursor: `c${from}`,
      scope: "all",
      lastMutation: 0,
      final: from + 1_000 >= rows,
      replace: true,
    });
  }
}
