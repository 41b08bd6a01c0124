// A server with people, spaces, keys, backups and background work in it, for whoever looks at the console.

import { join } from "node:path";
import { defineConsumer, type Store } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { until } from "../until.ts";

export const PASSWORD = "orange-kite-42";

export interface Installation {
  readonly url: string;
  readonly server: TestServer;
  readonly ana: Signed;
  readonly bob: Signed;
  /** From now on the consumer can do everything. */
  heal(): void;
  /** Makes an admin key, as `syncline keys create --admin` does. */
  adminKey(...scopes: readonly string[]): Promise<string>;
}

export interface Signed {
  readonly userId: string;
  readonly token: string;
}

export interface InstallationOptions {
  readonly store: Store;
  /** Where backups are made. */
  readonly folder: string;
  readonly console?: boolean;
}

/** What the consumer of the sample cannot do. */
export const REFUSED = "The mail server said no.";

export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { store, folder, console } = options;
  let isBroken = true;
  const mails = defineConsumer({
    name: "mails",
    apps: ["todo"],
    startAt: "beginning",
    attempts: 1,
    handle({ space }) {
      if (isBroken && space === "todo/team") throw new Error(REFUSED);
    },
  });
  const server = await startTestServer({
    store,
    apps: [{ name: "todo", collections: { todos: {} }, createSpaces: "anyone" }],
    server: {
      accounts: {},
      consumers: [mails],
      consumersPollMs: 100,
      backups: { folder: join(folder, "backups"), everyMs: 9e9, keep: 3 },
      ...(console === undefined ? {} : { console }),
    },
  });
  const { url } = server;
  const ana = await register(url, "ana");
  const bob = await register(url, "bob");
  await push(url, ana, "~");
  await push(url, ana, "team");
  const { keys } = server.server;
  for (const user of ["console", "robot"]) await keys.createUser(user);
  await keys.createKey("robot", { description: "the robot's", scopes: ["read:todo"] });
  const isBuried = async () => (await store.consumers.letters({ limit: 1 })).length === 1;
  await until(isBuried, "a dead letter");
  return {
    url,
    server,
    ana,
    bob,
    heal() {
      isBroken = false;
    },
    async adminKey(...scopes) {
      return (await keys.createKey("console", { description: "for a test", scopes })).key;
    },
  };
}

/** Everything. */
export const ALL = ".admin";

async function register(url: string, name: string): Promise<Signed> {
  const who = { email: `${name}@example.org`, password: PASSWORD };
  await post(`${url}/accounts/register`, who);
  const { account, token } = (await post(`${url}/accounts/login`, {
    ...who,
    device: `${name}'s laptop`,
  })) as { readonly account: { readonly userId: string }; readonly token: string };
  return { userId: account.userId, token };
}

export async function push(url: string, who: Signed, space: string): Promise<void> {
  const clientId = space === "~" ? "own" : space;
  const time = `2026-11-20T10:00:00.000Z-0000-${clientId}`;
  const change = { collection: "todos", id: "t", op: "put", time, fields: { title: "hidden" } };
  const mutations = [{ id: 1, seen: null, changes: [change] }];
  await post(
    `${url}/v1/todo/${space}/sync`,
    { clientId, now: time, cursor: null, mutations },
    { authorization: `Bearer ${who.token}` },
  );
}

async function post(address: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address}: ${text}`);
  return JSON.parse(text) as unknown;
}
