// Three clients of simple-sync, two by key and one by token, on a server that is killed and started again beneath them.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bareEnvironment } from "../../bare-environment.ts";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";
import { uuidAt } from "./fixture.ts";

const BIN = fileURLToPath(new URL("../../../packages/server/src/cli/bin.ts", import.meta.url));
const KILLS = 6;
/** What each client adds. */
const EVENTS = 120;
const NEVER_MS = 600_000;

interface Held {
  readonly uuid: string;
  readonly timestamp: number;
}

let folder: string;
let database: SharedDatabase | undefined;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "simple-kills-"));
});
afterEach(async () => {
  await kill();
  database?.close();
  database = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

function syncline(args: readonly string[]) {
  const made = spawn(process.execPath, ["--conditions=syncline-source", BIN, ...args], {
    cwd: folder,
    env: bareEnvironment({ JWT_SECRET: "a secret of clients that are not told of kills" }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { all: "" };
  made.stdout.on("data", (text) => (said.all += String(text)));
  made.stderr.on("data", (text) => (said.all += String(text)));
  return { made, said };
}

async function run(...args: string[]): Promise<string> {
  const { made, said } = syncline(args);
  const [code] = await once(made, "close");
  if (code !== 0) throw new Error(said.all);
  return said.all;
}

/** Gives the address of a server once it answers. */
async function serve(target: readonly string[]): Promise<{ url: string; said: string }> {
  const { made, said } = syncline(["serve", "--dialects", "simple", "--port", "0", ...target]);
  child = made;
  const told = () => /http:\/\/127\.0\.0\.1:\d+/.exec(said.all)?.[0];
  while (told() === undefined) {
    const more = Promise.race([once(made.stdout, "data"), once(made, "exit")]);
    await more;
    if (made.exitCode !== null) throw new Error(said.all);
  }
  return { url: told() ?? "", said: said.all };
}

/** The server that is up; while it is being started again, a promise of the next one. */
interface Place {
  url: Promise<string>;
}

interface ClientOptions {
  readonly place: Place;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** An event as this client writes it. */
  make(timestamp: number): Held;
  /** How a history follows an older one. */
  follows(history: readonly Held[], older: readonly Held[]): void;
  acknowledged(count: number): void;
}

/** As the original's clients are: a copy of the history, a list of what is new here, and one call that sends it all. */
function createClient({ place, path, headers, make, follows, acknowledged }: ClientOptions) {
  let history: readonly Held[] = [];
  let diff: Held[] = [];
  const mine: Held[] = [];

  async function ask(body?: string): Promise<readonly Held[]> {
    for (;;) {
      const at = place.url;
      const url = await at;
      try {
        const method = body === undefined ? "GET" : "POST";
        const signal = AbortSignal.timeout(NEVER_MS);
        const sent = body === undefined ? {} : { body };
        const answer = await fetch(url + path, { method, headers, signal, ...sent });
        const text = await answer.text();
        if (answer.status !== 200) throw new RangeError(`${answer.status} ${text}`);
        return JSON.parse(text) as Held[];
      } catch (thrown) {
        if (thrown instanceof RangeError) throw thrown; // an answer that is none of the kills'
        // Killed: it is asked again as it is, whatever became of it. The next address may not be known yet.
        if (place.url === at) await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  function take(next: readonly Held[]): void {
    follows(next, history);
    const texts = new Map(next.map((one) => [one.uuid, JSON.stringify(one)]));
    expect(texts.size).toBe(next.length);
    const known = [...history, ...mine.filter((event) => !diff.includes(event))];
    expect(known.filter((one) => texts.get(one.uuid) !== JSON.stringify(one))).toEqual([]);
    history = next;
  }

  return {
    mine,
    history: () => history,
    async work(): Promise<void> {
      take(await ask());
      for (let round = 0; mine.length < EVENTS; round += 1) {
        for (let more = 0; more <= round % 3; more += 1) {
          const event = make(1_760_000_000 + ((mine.length * 37) % 100));
          mine.push(event);
          diff.push(event);
        }
        const next = await ask(JSON.stringify(diff));
        acknowledged(diff.length);
        diff = [];
        take(next);
        if (round % 5 === 0) take(await ask());
      }
    },
    poll: async () => take(await ask()),
  };
}

async function clientsLoseNothing(target: readonly string[]): Promise<void> {
  const added = await run("users", "add", "cy-dee", "--id", "user-cy", "--json", ...target);
  const { password } = JSON.parse(added) as { password: string };
  const first = await serve(target);
  const rootKey = /sk_[A-Za-z0-9+/]{43}/.exec(first.said)?.[0] ?? "";
  const place: Place = { url: Promise.resolve(first.url) };
  const call = async (path: string, body: object, key = "") => {
    const answer = await fetch(`${first.url}/api/v1/${path}`, {
      method: "POST",
      headers: key === "" ? {} : { "X-API-Key": key },
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(await answer.text());
    return (await answer.json()) as { token: string; apiKey: string };
  };
  const second = Math.floor(Date.now() / 1000);
  const create = { uuid: uuidAt(second), timestamp: second, user: ".root", payload: "" };
  await call("events", [{ ...create, item: ".user.ana", action: ".user.create" }], rootKey);
  await call("acl", [{ user: "*", item: "list.*", action: "*", type: "allow" }], rootKey);
  const device = async () => {
    const { token } = await call("user/generateToken", { user: "ana" }, rootKey);
    return (await call("user/exchangeToken", { token })).apiKey;
  };
  const [phone, laptop] = [await device(), await device()];
  const { token } = await call("auth/token", { username: "cy-dee", password });

  let count = 0;
  let waiting: { at: number; reached(): void } | undefined;
  const acknowledged = (more: number) => {
    count += more;
    if (waiting !== undefined && count >= waiting.at) waiting.reached();
  };
  const rest = { item: "list.shop", action: "add", payload: '{"what":"milk"}' };
  const byTime = (history: readonly Held[]) => {
    const times = history.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  };
  const byKey = (key: string, written: (uuid: string) => string) =>
    createClient({
      place,
      path: "/api/v1/events",
      headers: { "X-API-Key": key },
      make: (timestamp) => ({ uuid: written(uuidAt(timestamp)), timestamp, user: "ana", ...rest }),
      follows: byTime,
      acknowledged,
    });
  const { item: itemUuid, ...others } = rest;
  let made = 0;
  const clients = [
    byKey(phone, (uuid) => uuid),
    byKey(laptop, (uuid) => uuid.toUpperCase()),
    createClient({
      place,
      path: "/events",
      headers: { Authorization: `Bearer ${token}` },
      make: (timestamp) => ({
        ...{ uuid: `event ${++made}`, timestamp, userUuid: "user-cy", itemUuid },
        ...others,
      }),
      follows: (history, older) => expect(history.slice(0, older.length)).toEqual(older),
      acknowledged,
    }),
  ];

  async function killAndStart(): Promise<void> {
    for (let kills = 1; kills <= KILLS; kills += 1) {
      const at = Math.floor((clients.length * EVENTS * kills) / (KILLS + 1));
      if (count < at) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting = { at, reached: resolve };
        await promise;
      }
      // The other two have something on its way now.
      const next = Promise.withResolvers<string>();
      place.url = next.promise;
      await kill();
      await serve(target).then(({ url }) => next.resolve(url), next.reject);
      await next.promise;
    }
  }

  await Promise.all([killAndStart(), ...clients.map((client) => client.work())]);
  for (const client of clients) await client.poll();
  const uuids = clients.map((client) =>
    client
      .history()
      .map(({ uuid }) => uuid)
      .toSorted(),
  );
  expect(uuids[1]).toEqual(uuids[0]);
  expect(uuids[2]).toEqual(uuids[0]);
  for (const { mine } of clients)
    for (const { uuid } of mine) expect(uuids[0]?.filter((one) => one === uuid)).toHaveLength(1);
  // Besides theirs: the user, the rule, two codes and what they were exchanged for.
  expect(uuids[0]).toHaveLength(clients.reduce((sum, { mine }) => sum + mine.length, 0) + 6);
}

test("on SQLite nothing that was acknowledged is lost or doubled", async () => {
  await clientsLoseNothing(["--data", "data"]);
});

test("on PostgreSQL nothing that was acknowledged is lost or doubled", async () => {
  database = await sharedDatabase();
  await clientsLoseNothing(["--database-url", database.url, "--data", "data"]);
});
