// A server that speaks simple-sync, and callers who know nothing but HTTP.

import { type SimpleOptions, simpleDialect } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { onTestFinished } from "vitest";
import type { OpenStore } from "../stores.ts";

export interface WireEvent {
  readonly uuid: string;
  readonly timestamp: number;
  readonly user: string;
  readonly item: string;
  readonly action: string;
  readonly payload: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly text: string;
  /** The body read as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface SimpleServer {
  readonly server: TestServer;
  readonly rootKey: string;
  /** Calls with a key; without one where it is undefined. */
  call(
    method: string,
    path: string,
    key?: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Makes a user and gives a key of theirs, as a person would come by it. */
  user(id: string): Promise<string>;
  rules(...rules: readonly (readonly [string, string, string, string])[]): Promise<void>;
  events(key?: string, query?: string): Promise<WireEvent[]>;
}

/** Noon of 5 January 2026: what the servers of these tests take for now. */
export const NOW_MS = Date.UTC(2026, 0, 5, 12);
let count = 0;

/** A UUID of version 7 of a second. */
export function uuidAt(timestamp: number): string {
  const hex = (timestamp * 1000 + 345).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-${(++count).toString(16).padStart(12, "0")}`;
}

export function eventOf(
  user: string,
  item = "list.shop",
  action = "add",
  payload = "{}",
): WireEvent {
  const timestamp = Math.floor(NOW_MS / 1000) - 100 + (count % 50);
  return { uuid: uuidAt(timestamp), timestamp, user, item, action, payload };
}

/** It ends with the test that starts it. */
export async function serve(
  openStore: OpenStore,
  options: SimpleOptions = {},
): Promise<SimpleServer> {
  let rootKey = "";
  const dialect = simpleDialect({
    now: () => NOW_MS,
    onRootKey: (key) => {
      rootKey = key;
    },
    ...options,
  });
  const server = await startTestServer({
    apps: [],
    store: await openStore(),
    server: { dialects: [dialect] },
  });
  onTestFinished(() => server.close());
  const call: SimpleServer["call"] = async (method, path, key, body, headers = {}) => {
    const answer = await fetch(server.url + path, {
      method,
      headers: { ...(key === undefined ? {} : { "X-API-Key": key }), ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      type: answer.headers.get("content-type"),
      headers: answer.headers,
      text,
      json: parsed(text),
    };
  };
  return {
    server,
    rootKey,
    call,
    async user(id) {
      const created = await call("POST", "/api/v1/events", rootKey, [
        eventOf(".root", `.user.${id}`, ".user.create"),
      ]);
      if (created.status !== 200) throw new Error(created.text);
      const { json } = await call("POST", "/api/v1/user/generateToken", rootKey, { user: id });
      const { token } = json as { token: string };
      const exchanged = await call("POST", "/api/v1/user/exchangeToken", undefined, { token });
      return (exchanged.json as { apiKey: string }).apiKey;
    },
    async rules(...rules) {
      const body = rules.map(([user, item, action, type]) => ({ user, item, action, type }));
      const answer = await call("POST", "/api/v1/acl", rootKey, body);
      if (answer.status !== 200) throw new Error(answer.text);
    },
    async events(key = rootKey, query = "") {
      return (await call("GET", `/api/v1/events${query}`, key)).json as WireEvent[];
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
