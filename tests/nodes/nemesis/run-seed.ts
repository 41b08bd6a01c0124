// One run: clients push and follow while faults are brought; afterwards everything they know is compared.

import { setTimeout as wait } from "node:timers/promises";
import { personalSpace } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";
import { issueToken, openPostgresStore, type Store } from "@syncline/server";
import { createNemesisClient, type NemesisClient } from "./client.ts";
import { type BusKind, startCluster } from "./cluster.ts";
import { bringFaults, type Faults } from "./faults.ts";

export interface NemesisOptions {
  readonly seed: string;
  readonly bus: BusKind;
  readonly seconds: number;
  /** It goes on beyond its seconds until so much was done: a busy machine does little in a second. */
  readonly least?: { readonly acknowledged: number; readonly kinds?: number };
  readonly clients: number;
  readonly thinkMs: number;
  /** Makes the database wait between a commit's decision and its end: who reads meanwhile must miss nothing. */
  readonly lateCommits?: boolean;
  /** False: only the lateness, no faults. */
  readonly faults?: boolean;
}

export interface NemesisResult {
  readonly acknowledged: number;
  readonly repeated: number;
  readonly reconnects: number;
  readonly faults: Faults;
  readonly lost: number;
  readonly doubled: number;
  /** Empty means that every guarantee held. */
  readonly problems: readonly string[];
}

/** Clients of one user share a space; a user may have twenty sockets. */
const CLIENTS_OF_USER = 10;
const SETTLE_MS = 300_000;

export async function runNemesis(options: NemesisOptions): Promise<NemesisResult> {
  const random = createSeededRandom(options.seed);
  const cluster = await startCluster(options.bus);
  const clients: NemesisClient[] = [];
  try {
    if (options.lateCommits === true) await delayCommits(cluster.databaseUrl);
    const end = new AbortController();
    const [first, ...others] = cluster.nodes.map(({ url }) => url);
    if (first === undefined) throw new Error("The cluster has no nodes.");
    for (let i = 0; i < options.clients; i++) {
      const userId = `user-${Math.floor(i / CLIENTS_OF_USER)}`;
      const token = await issueToken({ secret: cluster.secret, userId, expiresInSeconds: 3_600 });
      clients.push(
        createNemesisClient({
          clientId: `c${i}`,
          userId,
          token,
          random: random.fork(`client ${i}`),
          urls: [first, ...others],
          thinkMs: options.thinkMs,
          signal: end.signal,
        }),
      );
    }
    const writing = Promise.all(clients.map((client) => client.write()));
    const endsAt = performance.now() + options.seconds * 1_000;
    const { acknowledged = 0, kinds = 0 } = options.least ?? {};
    const isEnough = (counts: Faults) =>
      performance.now() >= endsAt &&
      sums(clients).acknowledged >= acknowledged &&
      Object.keys(counts).length >= kinds;
    const faults =
      options.faults === false
        ? await quiet(() => isEnough({}))
        : await bringFaults(cluster, random.fork("faults"), isEnough);
    end.abort();
    await inTime(writing);
    const store = await openPostgresStore({ url: cluster.databaseUrl });
    try {
      return { ...(await compare(clients, store)), ...sums(clients), faults };
    } finally {
      await store.close();
    }
  } finally {
    for (const client of clients) client.stop();
    await cluster.close();
  }
}

async function quiet(isEnough: () => boolean): Promise<Faults> {
  while (!isEnough()) await wait(100);
  return {};
}

/** A trigger that runs at the very end of a commit, when its stamps are long taken. */
async function delayCommits(url: string): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE FUNCTION be_late() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(random() * 0.06); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON spaces
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION be_late()`);
  await client.end();
}

interface Found {
  readonly lost: number;
  readonly doubled: number;
  readonly problems: string[];
}

async function compare(clients: readonly NemesisClient[], store: Store): Promise<Found> {
  const problems = clients.flatMap(({ log }) =>
    log.problems.map((one) => `${log.clientId}: ${one}`),
  );
  problems.push(...(await store.check()).map(({ space, message }) => `${space}: ${message}`));
  let lost = 0;
  let doubled = 0;
  const deadline = performance.now() + SETTLE_MS;
  for (const [userId, group] of Map.groupBy(clients, ({ log }) => log.userId)) {
    const space = `nemesis/${personalSpace(userId)}`;
    const entries = await entriesOf(store, space);
    for (const { log } of group) {
      for (let id = 1; id <= log.made; id++) {
        const count = entries.get(`${log.clientId}.${id}`) ?? 0;
        if (!log.acknowledged.has(id)) problems.push(`${log.clientId}.${id} was not acknowledged`);
        else if (count === 0) lost += 1;
        else if (count > 1) doubled += 1;
      }
      const total = await store.record(space, { collection: "totals", id: log.clientId });
      const counted = Number(total?.fields["count"] ?? 0);
      if (counted !== log.made) {
        problems.push(`${log.clientId} counted ${counted} of ${log.made}`);
        if (counted > log.made) doubled += counted - log.made;
        else lost += log.made - counted;
      }
      const row = await store.client(space, { userId, clientId: log.clientId });
      if ((row?.lastMutation ?? 0) !== log.made)
        problems.push(`${log.clientId} is at mutation ${row?.lastMutation} of ${log.made}`);
    }
    problems.push(...(await compareFollowers(group, entries, deadline)));
  }
  if (lost > 0) problems.push(`${lost} acknowledged mutations are not there`);
  if (doubled > 0) problems.push(`${doubled} mutations were done twice`);
  return { lost, doubled, problems };
}

/** Whoever followed has in the end seen every entry, and never needed to be told to look again. */
async function compareFollowers(
  group: readonly NemesisClient[],
  entries: ReadonlyMap<string, number>,
  deadline: number,
): Promise<string[]> {
  const isBehind = (client: NemesisClient) =>
    [...entries.keys()].filter((id) => !client.seen("entries").has(id));
  while (performance.now() < deadline && group.some((client) => isBehind(client).length > 0))
    await wait(50);
  return group.flatMap((client) => {
    const missing = isBehind(client);
    const [some] = missing;
    return some === undefined
      ? []
      : [`${client.log.clientId} never saw ${missing.length} entries, such as ${some}`];
  });
}

async function entriesOf(store: Store, space: string): Promise<Map<string, number>> {
  const entries = new Map<string, number>();
  for (let after = 0; ; ) {
    const page = await store.history({ space, after, limit: 2_000 });
    for (const { collection, id, stamp } of page) {
      after = stamp;
      if (collection === "entries") entries.set(id, (entries.get(id) ?? 0) + 1);
    }
    if (page.length === 0) return entries;
  }
}

function sums(clients: readonly NemesisClient[]) {
  const sum = (of: (client: NemesisClient) => number) =>
    clients.reduce((total, client) => total + of(client), 0);
  return {
    acknowledged: sum(({ log }) => log.acknowledged.size),
    repeated: sum(({ log }) => log.repeated),
    reconnects: sum(({ log }) => log.reconnects),
  };
}

/** Waits for work, but not for ever: what is missing then is found by comparing. */
async function inTime(work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  await Promise.race([work, wait(SETTLE_MS, undefined, { signal: late.signal })]);
  late.abort();
}
