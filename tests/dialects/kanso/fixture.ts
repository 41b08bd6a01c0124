// A server with Kanso's interface on each kind of store, and people who call it as the original's clients do.

import { randomUUID } from "node:crypto";
import { createKanso, kansoApp } from "@syncline/kanso-server";
import type { ServerOptions, Store } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterAll, beforeAll } from "vitest";
import { onBothStores } from "../stores.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly body: Json;
}

/** A parsed body: tests say what they expect in it. */
// biome-ignore lint/suspicious/noExplicitAny: what a wire carries has no type before a test has looked at it
export type Json = any;

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  call(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<Answer>;
}

export interface Kanso {
  readonly server: TestServer;
  call(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<Answer>;
  person(): Promise<Person>;
}

export const PASSWORD = "orange-kite-42";
let people = 0;

export type KansoOptions = Partial<Omit<ServerOptions, "apps" | "store" | "limits">>;

/** What runs a suite: one server for most of its tests, and others on the same store for those that need their own. */
export interface Stage {
  /** The server that all tests share. */
  kanso(): Kanso;
  /** Another server on the same store, closed after the suite. @param change what of the store is other for it */
  start(options?: KansoOptions, change?: (store: Store) => Partial<Store>): Promise<Kanso>;
}

/** Runs a suite on SQLite and on PostgreSQL. */
export function onEveryStore(suite: (stage: Stage) => void): void {
  onBothStores("Kanso", (openStore) => {
    let store: Store;
    let kanso: Kanso;
    const others: Kanso[] = [];
    beforeAll(async () => {
      store = await openStore();
      kanso = await startKanso(sharing(store));
    });
    afterAll(async () => {
      for (const { server } of [kanso, ...others]) await server.close();
      await store.close();
    });
    suite({
      kanso: () => kanso,
      async start(options, change = () => ({})) {
        const auth = { secret: kanso.server.secret };
        const other = await startKanso(
          { ...sharing(store), ...change(store) },
          { auth, ...options },
        );
        others.push(other);
        return other;
      },
    });
  });
}

/** A store that no server closes: others are on it, too. */
export function sharing(store: Store): Store {
  return { ...store, close: async () => undefined };
}

export async function startKanso(store: Store, options: KansoOptions = {}): Promise<Kanso> {
  const server = await startTestServer({
    apps: [kansoApp],
    store,
    server: {
      accounts: {},
      dialects: [createKanso()],
      ...options,
    },
  });
  let hash: string | undefined;
  const kanso: Kanso = {
    server,
    async call(method, path, body, headers = {}) {
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers,
        redirect: "manual",
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json") === true;
      const parsed: Json = isJson && text !== "" ? JSON.parse(text) : undefined;
      return { status: answer.status, headers: answer.headers, text, body: parsed };
    },
    async person() {
      people += 1;
      const email = `person${people}.${randomUUID()}@example.org`;
      const { accounts } = store;
      hash ??= await hashOfPassword(kanso, store);
      // As if registered long ago: to hash a password for each of many people takes longer than all that they do.
      const id = randomUUID();
      await accounts.create({
        userId: id,
        email,
        secret: hash,
        createdAtMs: Date.now(),
        verifiedAtMs: 0,
      });
      const token = await server.token(id);
      return {
        id,
        email,
        token,
        call: (method, path, body, headers = {}) => {
          const all = new Headers(headers);
          all.set("authorization", `Bearer ${token}`);
          return kanso.call(method, `/api/v1${path}`, body, all);
        },
      };
    },
  };
  return kanso;
}

/** The server's own hash of everybody's password, from the one who registers. */
async function hashOfPassword({ call }: Kanso, { accounts }: Store): Promise<string> {
  const email = `first.${randomUUID()}@example.org`;
  const made = await call("POST", "/api/v1/auth/register", { email, password: PASSWORD });
  const row = await accounts.byUser(String(made.body.id));
  if (row === undefined) throw new Error(`Nobody can register: ${made.text}`);
  return row.secret;
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
