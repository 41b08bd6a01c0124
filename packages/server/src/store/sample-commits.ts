// Commits and pages for the conformance suite: what the engine does, by lww and without its rules.

import {
  type Change,
  DigestSum,
  formatTime,
  lww,
  type RecordKey,
  type RecordState,
  type WireRecord,
} from "@syncline/core";
import type { HistoryEntry, Page, SpaceHead, SpaceWrites, Store, Tally } from "./port.ts";
import { tallyRecords } from "./tally.ts";

export const SPACE = "app/space";
export const NOW = Date.UTC(2026, 10, 20, 10);

export function key(id: string): RecordKey {
  return { collection: "things", id };
}

let ticks = 0;

export function change(
  op: Change["op"],
  id: string,
  fields: Change["fields"] = { n: 1 },
  collection = "things",
): Change {
  ticks += 1;
  const time = formatTime({ ms: NOW + ticks, counter: 0 }, "client");
  return { collection, id, op, time, ...(op === "put" || op === "patch" ? { fields } : {}) };
}

export const CLIENT = { userId: "u", clientId: "client" };

/** A unit that does what the engine does, by lww and without its rules. */
export function unitOf(
  space: string,
  changes: readonly Change[],
  look: (head: SpaceHead) => void = () => {},
) {
  return {
    space,
    create: { epoch: "epoch", createdAtMs: NOW },
    records: changes.map(({ collection, id }) => ({ collection, id })),
    client: CLIENT,
    decide(loaded: Parameters<Parameters<Store["commit"]>[0][number]["decide"]>[0]): {
      writes?: SpaceWrites;
      result: number;
    } {
      if (loaded === undefined) return { result: 0 };
      look(loaded.head);
      const records = new Map<string, RecordState>(loaded.records);
      const history: HistoryEntry[] = [];
      let { stamp } = loaded.head;
      for (const one of changes) {
        const outcome = lww.merge(records.get(`${one.collection}/${one.id}`), one, {
          stamp: stamp + 1,
          userId: "u",
        });
        if (outcome.type !== "written") continue;
        stamp += 1;
        records.set(`${one.collection}/${one.id}`, outcome.record);
        history.push({
          ...one,
          stamp,
          version: outcome.record.version,
          userId: "u",
          clientId: "client",
          mutationId: 1,
        });
      }
      const written = [...records.values()].filter(
        (record) => loaded.records.get(`${record.collection}/${record.id}`) !== record,
      );
      const lastMutation = (loaded.client?.lastMutation ?? 0) + 1;
      return {
        writes: {
          head: {
            stamp,
            clock: { ms: NOW + ticks, counter: 0 },
            tallies: tallies(loaded.head.tallies, loaded.records, written),
            policies: {},
          },
          records: written,
          history,
          client: { ...CLIENT, lastMutation, recent: [], seenAtMs: NOW },
        },
        result: stamp,
      };
    },
  };
}

/** The tallies after a write: what was there before is taken out, what is there now is added. */
function tallies(
  held: { readonly [collection: string]: Tally },
  before: ReadonlyMap<string, RecordState>,
  written: readonly RecordState[],
): { readonly [collection: string]: Tally } {
  const without = new Map(Object.entries(held));
  for (const { collection, id } of written) {
    const old = before.get(`${collection}/${id}`);
    const tally = without.get(collection);
    if (old === undefined || old.deleted || tally === undefined) continue;
    const digest = String(new DigestSum(tally.digest).subtract(id, old.stamp));
    without.set(collection, { digest, count: tally.count - 1 });
  }
  return tallyRecords(written, Object.fromEntries(without));
}

export async function commit(
  store: Store,
  changes: readonly Change[],
  space = SPACE,
): Promise<void> {
  await store.commit([unitOf(space, changes)]);
}

export async function put(store: Store, ...ids: string[]): Promise<void> {
  await commit(
    store,
    ids.map((id) => change("put", id)),
  );
}

type PageOptions = Partial<Omit<Parameters<Store["page"]>[0], "space">>;

export async function readPage(store: Store, options: PageOptions): Promise<Page> {
  const page = await store.page({
    space: SPACE,
    after: 0,
    tombstonesAfter: 0,
    limit: 1_000,
    maxBytes: 1e6,
    separator: ",",
    ...options,
  });
  if (page === undefined) throw new Error("there is no space");
  return page;
}

export async function follow(store: Store, options: PageOptions): Promise<Page[]> {
  const pages: Page[] = [];
  for (let after = 0; ; ) {
    const page = await readPage(store, { ...options, after });
    pages.push(page);
    if (!page.more) return pages;
    after = page.stamp;
  }
}

export function recordsOf({ changes }: Page): WireRecord[] {
  return JSON.parse(`[${changes}]`) as WireRecord[];
}

export async function dump(
  store: Store,
): Promise<{ head: SpaceHead | undefined; page: string; history: HistoryEntry[] }> {
  return {
    head: await store.head(SPACE),
    page: (await readPage(store, {})).changes,
    history: await store.history({ space: SPACE, after: 0, limit: 1_000 }),
  };
}
