// The client alone, in Node: opening an app whose rows are on the device, and writing without waiting in between.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { collection, type LocalStore, openClient, openMemoryStore } from "@syncline/client";
import { openSqliteStore } from "@syncline/client/sqlite";
import { fieldsOf, fill, type Item, NOBODY } from "../local-rows.ts";
import { type Figure, spread } from "../measure.ts";

const ROWS = 50_000;
const LOADED = 100_000;
const INSERTS = 2_000;
const ROUNDS = 5;
const FIRST = { orderBy: "rank", limit: 50 } as const;

const open = (store: LocalStore) =>
  openClient({
    app: "bench",
    store,
    autoSync: false,
    transport: NOBODY,
    collections: { items: collection<Item>({ indexes: ["rank"] }) },
  });

function check(rows: readonly { readonly rank: number }[]): void {
  if (rows.length !== 50 || rows.some(({ rank }, i) => rank !== i))
    throw new Error("These are not the first 50 rows.");
}

async function timed(work: () => Promise<void> | void): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export async function localScenario(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "syncline-bench-local-"));
  try {
    return [await openFigure(folder), await firstQueryFigure(), await insertsFigure(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openFigure(folder: string): Promise<Figure> {
  const path = join(folder, "rows.db");
  const filled = await openSqliteStore({ path });
  await (await open(filled)).storage();
  await fill(filled, ROWS);
  await filled.close();
  const bare = new DatabaseSync(join(folder, "bare.db"));
  bare.exec("CREATE TABLE items (id TEXT PRIMARY KEY, rank INTEGER, body TEXT); BEGIN");
  const insert = bare.prepare("INSERT INTO items VALUES (?, ?, ?)");
  for (let i = 0; i < ROWS; i++) {
    const fields = fieldsOf(i, ROWS);
    insert.run(`r${i}`, fields.rank, JSON.stringify(fields));
  }
  bare.exec("COMMIT; CREATE INDEX by_rank ON items (rank)");
  bare.close();
  const [ours, limit]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const took = await timed(async () => {
      const client = await open(await openSqliteStore({ path }));
      check(await client.collections.items.query(FIRST));
      await client.close();
    });
    const alone = await timed(() => {
      const db = new DatabaseSync(join(folder, "bare.db"));
      const rows = db.prepare("SELECT body FROM items ORDER BY rank LIMIT 50").all();
      check(rows.map(({ body }) => JSON.parse(String(body)) as Item));
      db.close();
    });
    if (round === 0) continue; // both warm up
    ours.push(took);
    limit.push(alone);
  }
  return figure(`local.open.sqlite`, {
    title: `Open a client on a SQLite file with ${ROWS} rows, the first 50 by an index, and close it`,
    samples: ours,
    target: 15,
    note: `bare SQLite: ${text(limit)} ms`,
  });
}

async function firstQueryFigure(): Promise<Figure> {
  const samples: number[] = [];
  for (let round = 0; round <= 3; round++) {
    const store = await openMemoryStore();
    const client = await open(store);
    await fill(store, LOADED);
    const took = await timed(async () => check(await client.collections.items.query(FIRST)));
    if (round > 0) samples.push(took);
    await client.close();
  }
  return figure("local.first-query.memory", {
    title: `The first 50 rows by an index after a first load of ${LOADED} into memory`,
    samples,
    target: 10,
    note: "the load has put the index in order",
  });
}

async function insertsFigure(folder: string): Promise<Figure> {
  const ratios: number[] = [];
  const bares: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const client = await open(await openSqliteStore({ path: join(folder, `ours-${round}.db`) }));
    const took = await timed(async () => {
      const writes = Array.from({ length: INSERTS }, (_, i) =>
        client.collections.items.insert({ id: `w${i}`, ...fieldsOf(i, INSERTS) }),
      );
      await Promise.all(writes.map(({ local }) => local));
    });
    const together = await timed(async () => {
      // Two: that is what a mutation holds.
      for (let from = 0; from < INSERTS; from += INSERTS / 2) {
        await client.transaction((tx) => {
          for (let i = from; i < from + INSERTS / 2; i++)
            tx.items.insert({ id: `t${i}`, ...fieldsOf(i, INSERTS) });
        }).local;
      }
    });
    await client.close();
    const bare = new DatabaseSync(join(folder, `bare-${round}.db`));
    bare.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    bare.exec("CREATE TABLE items (id TEXT PRIMARY KEY, body TEXT)");
    const alone = await timed(() => {
      const insert = bare.prepare("INSERT INTO items VALUES (?, ?)");
      bare.exec("BEGIN IMMEDIATE");
      for (let i = 0; i < INSERTS; i++)
        insert.run(`w${i}`, JSON.stringify({ id: `w${i}`, ...fieldsOf(i, INSERTS) }));
      bare.exec("COMMIT");
    });
    bare.close();
    if (round === 0) continue; // both warm up
    ours.push(took);
    bares.push(alone);
    ratios.push(took / together);
  }
  return figure("local.inserts.sqlite", {
    title: `${INSERTS} inserts that nobody waits for in between, against transactions of the same`,
    samples: ratios,
    unit: "times",
    target: 3,
    note: `ours: ${text(ours)} ms; one transaction of bare SQLite: ${text(bares)} ms`,
  });
}

function figure(
  id: string,
  of: {
    readonly title: string;
    readonly samples: readonly number[];
    readonly unit?: string;
    readonly target: number;
    readonly note: string;
  },
): Figure {
  const { title, samples, unit = "ms", target, note } = of;
  const { min, median, max } = spread(samples);
  const [value, low, high] = [median, min, max].map((one) => Math.round(one * 100) / 100);
  return {
    id,
    title,
    value: value ?? Number.NaN,
    unit,
    target,
    better: "lower",
    note: `${low}–${high}; ${note}`,
  };
}

function text(samples: readonly number[]): string {
  const { min, median, max } = spread(samples);
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}
