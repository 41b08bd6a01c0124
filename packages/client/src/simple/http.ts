// The calls of simple-sync, and distrust of everything that is no answer of such a server.

import {
  type AccessRule,
  anySignal,
  type ErrorCode,
  isSynclineError,
  SynclineError,
  withResolvers,
} from "@syncline/core";
import { type SimpleEvent, toEvent } from "./event.ts";
import type { HistoryPage, Refusal } from "./local.ts";

export interface SimpleHttpOptions {
  /** Where the server is: `https://sync.example.com`. */
  readonly url: string;
  /** The key, or what gives it. */
  readonly apiKey: string | (() => Promise<string>);
  /** How long a call may take; 30 s where left out. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** A part of the history. */
export interface ReadPage extends HistoryPage {
  readonly more: boolean;
}

/** What became of a push: what is new in the history, or why none of it was taken. */
export type Pushed = ReadPage | { readonly refusal: Refusal; readonly eventUuid?: string };

export interface SimpleHttp {
  pull(since: string | undefined, signal: AbortSignal): Promise<ReadPage>;
  push(
    events: readonly SimpleEvent[],
    since: string | undefined,
    signal: AbortSignal,
  ): Promise<Pushed>;
  addRules(rules: readonly AccessRule[]): Promise<void>;
  generateSetupCode(user: string): Promise<{ code: string; expiresAtMs: number }>;
  resetKeys(user: string): Promise<void>;
}

export interface SetupOptions {
  readonly fetch?: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
}

/** What a setup code was exchanged for. */
export interface ExchangedKey {
  /** Shown this once: keep it. */
  readonly apiKey: string;
  readonly user: string;
  readonly keyUuid: string;
  readonly description: string;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** Events in one answer. */
const PAGE = 5_000;
/** What a header may hold. */
const KEY = /^[\x21-\x7e]{1,512}$/;
/** The statuses that may be about an event in the push. */
const ABOUT_EVENTS: ReadonlySet<number> = new Set([400, 403, 409, 413, 422]);

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface Call {
  readonly method: "GET" | "POST";
  readonly body?: unknown;
  readonly key?: string;
  readonly signal?: AbortSignal | undefined;
}

export function createSimpleHttp(options: SimpleHttpOptions): SimpleHttp {
  const { apiKey } = options;

  async function keyed(path: string, how: Omit<Call, "key">): Promise<Answer> {
    const key = typeof apiKey === "string" ? apiKey : await settled(apiKey(), how.signal);
    if (!KEY.test(key)) throw new SynclineError("unauthenticated", "This is no API key.");
    return await call(options, path, { ...how, key });
  }

  async function post(path: string, body: unknown): Promise<unknown> {
    const answer = await keyed(path, { method: "POST", body });
    if (answer.status !== 200) throw errorOf(answer);
    return answer.body;
  }

  return {
    async pull(since, signal) {
      const answer = await keyed(`events${queryOf(since)}`, { method: "GET", signal });
      if (answer.status !== 200) throw errorOf(answer);
      return pageOf(answer);
    },
    async push(events, since, signal) {
      const how = { method: "POST", body: events, signal } as const;
      const answer = await keyed(`events${queryOf(since)}`, how);
      const { status, body } = answer;
      if (status === 200) return pageOf(answer);
      const eventUuid = textIn(body, "eventUuid");
      const reason = textIn(body, "error");
      // 403 without an event is about the caller.
      const isAbout = ABOUT_EVENTS.has(status) && (eventUuid !== undefined || status !== 403);
      if (!isAbout || reason === undefined) throw errorOf(answer);
      return { refusal: { status, reason }, ...(eventUuid === undefined ? {} : { eventUuid }) };
    },
    async addRules(rules) {
      await post("acl", rules);
    },
    async generateSetupCode(user) {
      const body = await post("user/generateToken", { user });
      const code = textIn(body, "token");
      const expiresAtMs = Date.parse(textIn(body, "expiresAt") ?? "");
      if (code === undefined || Number.isNaN(expiresAtMs)) throw noAnswer();
      return { code, expiresAtMs };
    },
    async resetKeys(user) {
      await post("user/resetKey", { user });
    },
  };
}

/**
 * Exchanges a setup code for a key of this device.
 *
 * @param url where the server is
 * @param code as it was handed over; small letters and spaces around it do no harm
 * @param description what the key is for, for whom looks after the keys: `Ana's phone`
 * @throws {SynclineError} `invalid` when the code is unknown, used or too old; `offline`, `rate_limited`
 */
export async function exchangeSetupCode(
  url: string,
  code: string,
  description = "",
  options: SetupOptions = {},
): Promise<ExchangedKey> {
  const { fetch, signal } = options;
  const answer = await call(
    { url, ...(fetch === undefined ? {} : { fetch }) },
    "user/exchangeToken",
    {
      method: "POST",
      body: { token: code.trim().toUpperCase(), description },
      signal,
    },
  );
  const { status, body } = answer;
  if (status === 400) {
    throw new SynclineError(
      "invalid",
      "This code is not known, was used before, or is too old: ask for another one.",
      { path: "code" },
    );
  }
  if (status !== 200) throw errorOf(answer);
  const apiKey = textIn(body, "apiKey");
  const user = textIn(body, "user");
  if (apiKey === undefined || user === undefined) throw noAnswer();
  return { apiKey, user, keyUuid: textIn(body, "keyUuid") ?? "", description };
}

async function call(
  options: Omit<SimpleHttpOptions, "apiKey">,
  path: string,
  { method, body, key, signal }: Call,
): Promise<Answer> {
  const fetchNow = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const timeout = AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    const response = await fetchNow(`${options.url.replace(/\/+$/, "")}/api/v1/${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "x-api-key": key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The key is for this server, and no other.
      redirect: "manual",
      signal: signal === undefined ? timeout : anySignal([signal, timeout]),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  } catch (thrown) {
    if (isSynclineError(thrown)) throw thrown;
    if (signal?.aborted === true) throw new SynclineError("aborted", undefined, { cause: thrown });
    throw new SynclineError("offline", undefined, { cause: thrown });
  }
}

/** The key, unless the caller gives up waiting for it: whoever gives keys may wait for a person. */
async function settled(key: Promise<string>, signal: AbortSignal | undefined): Promise<string> {
  if (signal === undefined) return await key;
  const { promise, reject } = withResolvers<never>();
  const giveUp = () => reject(new SynclineError("aborted"));
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp);
  try {
    return await Promise.race([key, promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page, or half an answer: whoever reads it says so
  }
}

function queryOf(since: string | undefined): string {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (since !== undefined) query.set("since", since);
  return `?${query}`;
}

function pageOf({ headers, body }: Answer): ReadPage {
  if (!Array.isArray(body)) throw noAnswer();
  const events = body.map((one: unknown) => {
    const event = toEvent(one);
    if (event === undefined) throw noAnswer();
    return event;
  });
  const place = headers.get("syncline-place");
  if (place === null || place === "") {
    throw new SynclineError(
      "incompatible",
      "The server does not say how far this is read: it must be a Syncline server, and let pages of other origins see the header Syncline-Place.",
    );
  }
  return { events, place, more: headers.get("syncline-more") === "true" };
}

function errorOf({ status, headers, body }: Answer): SynclineError {
  const message = textIn(body, "error");
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const code = codeOf(status);
  // A page of a proxy says nothing that people could use.
  if (code === "invalid" && message === undefined) return noAnswer();
  return new SynclineError(code, message, Number.isFinite(seconds) ? { retryAfter: seconds } : {});
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 409:
      return "conflict";
    case 413:
      return "too_large";
    case 429:
      return "rate_limited";
    default:
      return status >= 500 ? "unavailable" : "invalid";
  }
}

function noAnswer(): SynclineError {
  return new SynclineError("unavailable", "This is no answer of a simple-sync server.");
}

function textIn(body: unknown, name: string): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const given: { readonly [name: string]: unknown } = { ...body };
  const value = given[name];
  return typeof value === "string" ? value : undefined;
}
