// The transport over HTTP: fetch, a token, and distrust of everything that is no answer of ours.

import { anySignal, errorFromBody, isSynclineError, SynclineError } from "@syncline/core";
import { type Environment, systemEnvironment } from "../environment.ts";
import { doubt } from "./doubt.ts";
import { readParts } from "./ndjson.ts";
import type { CallOptions, StreamRequest, Transport } from "./port.ts";
import { isDelta, isErrorResponse, isSyncResponse } from "./shapes.ts";
import { createTokens, type Tokens } from "./tokens.ts";
import { whyUnreached } from "./unreached.ts";

export interface HttpTransportOptions {
  /** Where the server is: `https://sync.example.com`. */
  readonly url: string;
  readonly app: string;
  /** Gives a token; asked again when the server refuses the last one. */
  readonly token: () => Promise<string>;
  /** How long a call may take, streams aside; 30 s where left out. */
  readonly timeoutMs?: number;
  /** After so long without an answer the server is asked whether it is there at all; 4 s where left out. */
  readonly doubtMs?: number;
  readonly fetch?: typeof globalThis.fetch;
  /** Where the page comes from, and whom to tell. */
  readonly environment?: Pick<Environment, "origin" | "warn">;
  /** The cache to share with another transport of the same device. */
  readonly tokens?: Tokens;
}

export interface HttpTransport extends Transport {
  /** A space's event stream, from a cursor on. */
  events(
    space: string,
    request: StreamRequest,
    options: CallOptions,
  ): Promise<ReadableStream<Uint8Array>>;
}

/** Bodies above this are sent compressed, where the platform can. */
const COMPRESS_BYTES = 8_192;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_DOUBT_MS = 4_000;
const PROTOCOL_VERSION = "1";
const JSON_TYPE = { "content-type": "application/json" };

/** A way to the server over HTTP, without a live connection: a device that is given it polls. */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const fetchNow = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const tokens = options.tokens ?? createTokens(options.token);
  const url = checkedUrl(options.url);
  const timeout = (ms: number) => AbortSignal.timeout(ms);
  const doubting = { url, fetch: fetchNow, doubtMs: options.doubtMs ?? DEFAULT_DOUBT_MS, timeout };
  const environment = options.environment ?? systemEnvironment();
  let told = false;

  /** @param signal the caller's */
  async function ended(thrown: unknown, signal: AbortSignal): Promise<SynclineError> {
    if (signal.aborted) return aborted(thrown);
    if (isSynclineError(thrown)) return thrown;
    // The call's own deadline is no failure to reach the server.
    if (!(thrown instanceof TypeError)) return offline(thrown);
    const origin = environment.origin?.();
    const asking = { ...doubting, origin, patienceMs: doubting.doubtMs };
    const error = await whyUnreached(thrown, asking);
    if (!told && url.startsWith("http") && error.message.includes(url)) {
      told = true;
      environment.warn?.(`Syncline: ${error.message}`);
    }
    return error;
  }

  const addressOf = (space: string, path: string) =>
    `${url}/v1/${encodeURIComponent(options.app)}/${encodeURIComponent(space)}/${path}`;

  /** One call, with a second try when the token was refused. */
  async function call(address: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const token = await settle(tokens.get(), signal);
      const headers = {
        ...(init.headers as Record<string, string> | undefined), // only this file makes them
        authorization: `Bearer ${token}`,
        "syncline-protocol": PROTOCOL_VERSION,
      };
      const response = await reach(fetchNow, address, {
        ...init,
        headers,
        signal,
        redirect: "manual",
      });
      if (response.ok) return response;
      const error = await toError(response, signal);
      if (error.code !== "unauthenticated" || attempt > 0) throw error;
      await tokens.forget(token);
    }
  }

  async function callJson<Answer>(
    address: string,
    init: RequestInit,
    { signal }: CallOptions,
    isAnswer: (value: unknown) => value is Answer,
  ): Promise<Answer> {
    const doubted = doubt(doubting);
    const bounded = anySignal([signal, doubted.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await call(address, init, bounded);
      const answer = await readJson(response, bounded);
      if (!isAnswer(answer)) throw noAnswer();
      return answer;
    } catch (thrown) {
      throw await ended(thrown, signal);
    } finally {
      doubted.end();
    }
  }

  return {
    sync: async (space, request, callOptions) => {
      const { body, headers } = await encodeBody(JSON.stringify(request));
      return callJson(
        addressOf(space, "sync"),
        { method: "POST", body, headers },
        callOptions,
        isSyncResponse,
      );
    },
    pull: (space, request, callOptions) =>
      callJson(
        addressOf(space, `changes?${query(request, request.limit)}`),
        {},
        callOptions,
        isDelta,
      ),
    stream: async function* (space, request, { signal }) {
      const doubted = doubt(doubting);
      try {
        const address = addressOf(space, `changes?${query(request)}`);
        const response = await call(
          address,
          { headers: { accept: "application/x-ndjson" } },
          anySignal([signal, doubted.signal]),
        );
        if (
          response.body === null ||
          !(response.headers.get("content-type") ?? "").includes("ndjson")
        ) {
          throw noAnswer();
        }
        for await (const part of readParts(response.body)) {
          doubted.heard();
          yield part;
        }
      } catch (thrown) {
        throw await ended(thrown, signal);
      } finally {
        doubted.end();
      }
    },
    call: ({ method, path, body }, callOptions) =>
      callJson(
        `${url}/v1/${encodeURIComponent(options.app)}/${path}`,
        body === undefined
          ? { method }
          : { method, body: JSON.stringify(body), headers: JSON_TYPE },
        callOptions,
        (value): value is unknown => value !== undefined,
      ),
    async events(space, { cursor, ...request }, { signal }) {
      try {
        const address = addressOf(space, `live?${query({ ...request, cursor: null })}`);
        const resume: Record<string, string> = cursor === null ? {} : { "last-event-id": cursor };
        const headers = { accept: "text/event-stream", ...resume };
        const response = await call(address, { headers }, signal);
        const type = response.headers.get("content-type") ?? "";
        if (response.body === null || !type.includes("event-stream")) throw noAnswer();
        return response.body;
      } catch (thrown) {
        throw await ended(thrown, signal);
      }
    },
    checkTokens: tokens.check,
    close: async () => {},
  };
}

/** @throws {SynclineError} `config` for what is no address of a server */
function checkedUrl(url: string): string {
  // A page's own server may be named by a path alone.
  if (/^https?:\/\/[^/]/.test(url) || url === "" || url.startsWith("/"))
    return url.replace(/\/+$/, "");
  throw new SynclineError(
    "config",
    `"${url}" is no address of a server: write it with http:// or https:// in front.`,
    { path: "url" },
  );
}

function query({ cursor, collections, clientId }: StreamRequest, limit?: number): string {
  const values = new URLSearchParams({ clientId });
  if (cursor !== null) values.set("cursor", cursor);
  if (collections !== undefined) values.set("collections", collections.join(","));
  if (limit !== undefined) values.set("limit", String(limit));
  return values.toString();
}

async function reach(
  fetchNow: typeof fetch,
  address: string,
  init: RequestInit,
): Promise<Response> {
  const response = await fetchNow(address, init);
  // A redirect is a captive portal or a wrong address; following it would hand the token to somebody else.
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400))
    throw noAnswer();
  return response;
}

async function encodeBody(
  text: string,
): Promise<{ body: BodyInit; headers: Record<string, string> }> {
  const headers = JSON_TYPE;
  if (text.length < COMPRESS_BYTES || typeof CompressionStream === "undefined")
    return { body: text, headers };
  const zipped = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return {
    body: await new Response(zipped).arrayBuffer(),
    headers: { ...headers, "content-encoding": "gzip" },
  };
}

async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw noAnswer(thrown);
  }
}

async function toError(response: Response, signal: AbortSignal): Promise<SynclineError> {
  const body = await readJson(response, signal).catch(() => undefined);
  if (isErrorResponse(body)) return errorFromBody(body.error);
  // A proxy with a lower limit than the server's: the push must become smaller, whoever says so.
  if (response.status === 413) return new SynclineError("too_large");
  const seconds = Number(response.headers.get("retry-after"));
  return new SynclineError(
    "unavailable",
    `The server answered ${response.status} without saying why.`,
    {
      ...(seconds > 0 ? { retryAfter: seconds } : {}),
    },
  );
}

/** For what has another shape than our answers. */
export function noAnswer(cause?: unknown): SynclineError {
  return new SynclineError(
    "offline",
    "What answered is not a Syncline server; perhaps a network's login page.",
    {
      cause,
    },
  );
}

function offline(cause: unknown): SynclineError {
  return new SynclineError("offline", undefined, { cause });
}

function aborted(cause: unknown): SynclineError {
  return new SynclineError("aborted", undefined, { cause });
}

/** Waits for something that does not know of the signal. */
function settle<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) return Promise.reject(aborted(signal.reason));
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted(signal.reason));
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
