// A server with Kanso's interface on each kind of store, and people who call it as the original's clients do.

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

/** Runs a suite on SQLite and on PostgreSQL, each of them with one server. */
export function onEveryStore(suite: (kanso: () => Kanso) => void): void {
  onBothStores("Kanso", (openStore) => {
    let kanso: Kanso;
    beforeAll(async () => {
      kanso = await startKanso(await openStore());
    }, 60_000);
    afterAll(() => kanso.server.close());
    suite(() => kanso);
  });
}

export async function startKanso(
  store?: Store,
  options: Partial<Omit<ServerOptions, "apps" | "store" | "limits">> = {},
): Promise<Kanso> {
  const server = await startTestServer({
    apps: [kansoApp],
    ...(store === undefined ? {} : { store }),
    server: {
      accounts: {},
      dialects: [createKanso()],
      ...options,
    },
  });
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
      const email = `person${people}.${Date.now()}@example.org`;
      const made = await kanso.call("POST", "/api/v1/auth/register", { email, password: PASSWORD });
      const session = await kanso.call("POST", "/api/v1/auth/login", { email, password: PASSWORD });
      const token = String(session.body.token);
      return {
        id: String(made.body.id),
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

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
