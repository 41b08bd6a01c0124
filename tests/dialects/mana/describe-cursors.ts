// What a timestamp cursor loses, ours cannot: one harness, run against the server and against a double that keeps its
// cursors as the original does.

import { setImmediate as turn } from "node:timers/promises";
import type { Store } from "@syncline/server";
import { afterEach, describe, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { EPOCH, type ManaServer, startMana } from "./fixture.ts";
import { createTimestampLog } from "./timestamp-log.ts";

/** How often the double is tried. */
const DOUBLE_TIMES = 200;
/** So many at a time, each in an app of its own: while one waits for the database, another does not. */
const AT_ONCE = 4;
const WRITERS = 3;
const EACH = 2;

/** A log that is written to, and read from behind a cursor. */
interface Log {
  write(id: string, writer: number): Promise<unknown>;
  read(since: string): Promise<{ readonly ids: readonly string[]; readonly until: string }>;
}

/** Reads while others write, and gives what the reader never got. */
async function lost(log: Log): Promise<string[]> {
  const seen: string[] = [];
  let since = EPOCH;
  let isWriting = true;
  const writing = Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let i = 0; i < EACH; i++) await log.write(`k${writer}.${i}`, writer);
    }),
  ).finally(() => {
    isWriting = false;
  });
  for (let isLast = false; !isLast; await turn()) {
    isLast = !isWriting;
    const { ids, until } = await log.read(since);
    seen.push(...ids);
    since = until;
  }
  await writing;
  const all = Array.from(
    { length: WRITERS * EACH },
    (_, i) => `k${Math.floor(i / EACH)}.${i % EACH}`,
  );
  return all.filter((id) => !seen.includes(id));
}

const real = Date.now;
let steps = 0;

/** The clocks of the server under which a cursor must hold, and how long its transactions take. */
const CASES: readonly [name: string, clock: () => number, slow: boolean][] = [
  ["commits in one and the same millisecond", () => 1_800_000_000_000, false],
  ["a transaction that commits late", real, true],
  // Two steps forth and one back.
  ["a clock that steps back", () => real() + (++steps % 3 === 0 ? -3_000 : 0), false],
  ["a cursor that is handed out while pushes are under way", real, false],
];

/** Sets the clock that a test turned right again. A spy would remember each of the many calls. */
function restoreClock(): void {
  Date.now = real;
}

describe("the double", () => {
  afterEach(restoreClock);
  test.each(CASES)("[DM2] loses rows: %s", async (_name, clock) => {
    let count = 0;
    for (let time = 0; time < DOUBLE_TIMES; time++)
      count += (await lost(createTimestampLog(clock))).length;
    expect(count).toBeGreaterThan(0);
  });
});

/** Each of the clocks is tried so many times on each store: a few in every run, many in the long part. */
export function describeCursors(times: number): void {
  onBothStores("cursors", (open) => {
    let server: ManaServer;
    afterEach(() => server.close());
    afterEach(restoreClock);

    test.each(CASES)(`[DM2] ${times} times, nothing is lost: %s`, async (_name, clock, slow) => {
      const store = await open();
      server = await startMana(async () => (slow ? slowStore(store) : store));
      Date.now = clock;
      let reads = 0;
      async function run(app: string): Promise<void> {
        const writers = Array.from({ length: WRITERS }, (_, writer) =>
          server.device("anna", `w${writer}`, app),
        );
        const reader = server.device("anna", "reader", app);
        const log: Log = {
          write: async (id, writer) =>
            await writers[writer]?.push([{ table: "t", id, op: "insert", data: { id } }], {
              since: "2999-01-01T00:00:00Z",
            }),
          async read(since) {
            // By push and by pull in turn: both give cursors, and take each other's.
            const { serverChanges, syncedUntil } =
              ++reads % 2 === 0 ? await reader.push([], { since }) : await reader.pull("t", since);
            expect(syncedUntil >= since).toBe(true);
            return { ids: serverChanges.map(({ id }) => id), until: syncedUntil };
          },
        };
        expect(await lost(log)).toEqual([]);
      }
      let time = 0;
      const lane = async () => {
        while (time < times) await run(`app${time++}`);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      expect(time).toBe(times);
    });
  });
}

/** Commits take a while, each another one, after they were given their time. */
function slowStore(store: Store): Store {
  let number = 0;
  return {
    ...store,
    async commit(units) {
      for (let turns = (++number * 7) % 5; turns > 0; turns--) await turn();
      return await store.commit(units);
    },
  };
}
