// What fills a database with Kanso's people leaves just what an engine would have, and its devices go on from there.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collection, openClient, openMemoryStore } from "@syncline/client";
import { kansoApp } from "@syncline/kanso-server";
import {
  createServer,
  type EngineEnvironment,
  issueToken,
  openSqliteStore,
  type Page,
  type Store,
  systemEngineEnvironment,
} from "@syncline/server";
import { afterEach, expect, test } from "vitest";
import { type FillOptions, fillStore } from "../bench/kanso/fill-store.ts";
import { samplePerson, userIdOf } from "../bench/kanso/sample-person.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const SECRET = "a secret for people that nobody is, 32 bytes";
const PEOPLE: FillOptions = { seed: "fill", users: 3, habits: 6, days: 20, until: 20_778 };
const FIRST = userIdOf(0, PEOPLE.seed);

let ends: (() => unknown)[] = [];
afterEach(async () => {
  const last = ends.reverse();
  ends = [];
  for (const end of last) await end();
});

/** The same clock and the same names each time. */
function sameEnvironment(): EngineEnvironment {
  let id = 0;
  return {
    now: () => NOW_MS,
    randomId: () => `epoch${id++}`,
    secret: () => "5e".repeat(32),
    mac: systemEngineEnvironment().mac,
    defer: (run) => void setImmediate(run),
  };
}

async function emptyStore(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), "syncline-fill-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openSqliteStore({ path: join(folder, "syncline.db") });
  ends.push(() => store.close());
  return store;
}

async function filled(history: "kept" | "compacted"): Promise<Store> {
  const store = await emptyStore();
  await fillStore(store, { ...PEOPLE, history, environment: sameEnvironment() });
  return store;
}

/** Heads with their digests, each record with its registers, history, the filling device's row, accounts. */
async function contentsOf(store: Store) {
  const heads = await store.spaces({ after: "", limit: 100 });
  return await Promise.all(
    heads.map(async (head) => {
      const { space } = head;
      const userId = space.slice(space.indexOf("~") + 1);
      const account = await store.accounts.byUser(userId);
      return {
        head,
        records: (await wholePage(store, space)).changes,
        history: await store.history({ space, after: 0, limit: 10_000 }),
        client: await store.client(space, { userId, clientId: "fill" }),
        account: account && { ...account, secret: "" },
      };
    }),
  );
}

async function wholePage(store: Store, space: string): Promise<Page> {
  const all = { after: 0, tombstonesAfter: 0, limit: 10_000, maxBytes: 2 ** 26 };
  const page = await store.page({ space, ...all, separator: "\n", form: "state" });
  if (page === undefined || page.more) throw new Error("It is not one page.");
  return page;
}

test("what is filled without history is what an engine wrote, compacted: heads, digests, records and devices", async () => {
  const kept = await filled("kept");
  for (const { head } of await contentsOf(kept)) {
    expect(await kept.history({ space: head.space, after: 0, limit: 1 })).toHaveLength(1);
    await kept.compact(head.space, head.stamp);
  }
  const compacted = await filled("compacted");
  const contents = await contentsOf(compacted);
  expect(contents).toHaveLength(PEOPLE.users);
  expect(contents).toEqual(await contentsOf(kept));
  expect(await compacted.check()).toEqual([]);
});

test("who was written and not finished, when it was killed, is finished by the next run, and nobody is written twice", async () => {
  const store = await emptyStore();
  const dies: Store = {
    ...store,
    compact: (space, horizon) =>
      space.endsWith(FIRST) ? Promise.reject(new Error("killed")) : store.compact(space, horizon),
  };
  const options = { ...PEOPLE, environment: sameEnvironment() };
  await expect(fillStore(dies, options)).rejects.toThrow("killed");
  await fillStore(store, options);
  const compare = (contents: Awaited<ReturnType<typeof contentsOf>>) =>
    contents.map(({ head: { epoch: _, ...head }, ...rest }) => ({ head, ...rest }));
  expect(compare(await contentsOf(store))).toEqual(
    compare(await contentsOf(await filled("compacted"))),
  );
});

test("a device syncs all of it, and what it writes then is history again", async () => {
  const store = await filled("compacted");
  await using server = await createServer({
    store,
    apps: [kansoApp],
    accounts: {},
    auth: { secret: SECRET },
    port: 0,
    logLevel: "silent",
  });
  await server.listen();
  const token = await issueToken({ secret: SECRET, userId: FIRST, expiresInSeconds: 600 });
  const versioned = { policy: "versioned" } as const;
  const client = await openClient({
    url: server.url,
    app: kansoApp.name,
    token: async () => token,
    store: await openMemoryStore(),
    autoSync: false,
    collections: {
      habits: collection<{ title: string }>(versioned),
      entries: collection<{ habitId: string }>(versioned),
    },
  });
  ends.push(() => client.close());
  await client.sync();
  const { habits, entries } = samplePerson(0, PEOPLE);
  const { collections } = client;
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();
  expect(ids(await collections.habits.query({}))).toEqual(ids(habits));
  expect(ids(await collections.entries.query({}))).toEqual(ids(entries));
  const [habit] = habits;
  if (habit === undefined) throw new Error("There is no habit.");
  const write = collections.habits.update(habit.id, { title: "Another name" });
  await client.sync();
  await write.synced;
  const history = await store.history({ space: `kanso/~${FIRST}`, after: 0, limit: 10 });
  expect(history.map(({ op, id }) => [op, id])).toEqual([["patch", habit.id]]);
});
