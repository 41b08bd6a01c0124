// A transport that pushes and pulls over HTTP, and hears of news by an event stream.

import { anySignal, asyncDispose, SynclineError } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../../environment.ts";
import type {
  PageHandler,
  SubscribeOptions,
  Subscription,
  Transport,
  Version,
} from "../../ports.ts";
import { pause } from "../../sync/retry.ts";
import { versionToWire } from "../../versions/index.ts";
import { type Connection, trackConnection } from "../connection.ts";
import { createHttpTransport, type HttpTransportOptions } from "../http/client.ts";
import { createLifetime } from "../lifetime.ts";
import { createFrameReader, readFrame } from "./frames.ts";

export interface SseTransportOptions extends HttpTransportOptions {
  /** Where the stream is; `<url>/sse` where left out. */
  readonly streamUrl?: string;
  /** A line that is silent for so long is taken for broken; 45 s where left out. */
  readonly silenceMs?: number;
}

const MAX_FRAME = 10 * 1024 * 1024;
const SILENCE_MS = 45_000;
const RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;

/**
 * A way to a peer over HTTP that is told of news by an event stream.
 * @throws {SynclineError} `config` for options that cannot be right
 */
export function createSseTransport(options: SseTransportOptions): Transport {
  const http = createHttpTransport(options);
  const { call, keep, close } = createLifetime(() => http.close());
  const environment = options.environment ?? systemEnvironment();
  return {
    peer: http.peer,
    push: (events, given) => http.push(events, given),
    prepare: (events) => http.prepare?.(events),
    pull: (since, given) => http.pull(since, given),
    latestVersion: (given) => http.latestVersion(given),
    subscribe: (handler, subscribe = {}) =>
      call(undefined, async () => keep(listen(options, environment, handler, subscribe))),
    close,
    [asyncDispose]: close,
  };
}

function listen(
  options: SseTransportOptions,
  environment: KitEnvironment,
  handler: PageHandler,
  subscribe: SubscribeOptions,
): Subscription {
  const ended = new AbortController();
  const signals = subscribe.signal === undefined ? [] : [subscribe.signal];
  const signal = anySignal([ended.signal, ...signals]);
  const connection = trackConnection(environment, subscribe.statusChanged);
  const run = async () => {
    let cursor = subscribe.since ?? null;
    let failures = 0;
    while (!signal.aborted) {
      let handling = false;
      try {
        await readStream(
          { options, environment, since: cursor, signal, connection },
          async (text) => {
            const page = readFrame(text);
            handling = true;
            await handler(page);
            handling = false;
            cursor = page.next ?? cursor;
            failures = 0;
          },
        );
        if (!signal.aborted) connection.down(new SynclineError("offline", "The stream ended."));
      } catch (thrown) {
        if (!signal.aborted) {
          // A handler that fails says nothing of the connection.
          if (!handling) connection.down(thrown);
          subscribe.failed?.(thrown);
        }
      }
      const ms = Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS);
      failures = Math.min(failures + 1, 10);
      await pause(environment, ms, signal).catch(() => undefined); // over, then
    }
  };
  const running = run();
  return {
    async stop() {
      ended.abort();
      await running;
    },
  };
}

interface Reading {
  readonly options: SseTransportOptions;
  readonly environment: KitEnvironment;
  readonly since: Version | null;
  readonly signal: AbortSignal;
  readonly connection: Connection;
}

async function readStream(
  { options, environment, since, signal, connection }: Reading,
  take: (text: string) => Promise<void>,
): Promise<void> {
  const { fetch: send = globalThis.fetch, silenceMs = SILENCE_MS } = options;
  const base = options.streamUrl ?? `${options.url.replace(/\/$/, "")}/sse`;
  const cursor = since === null ? "" : `?cursor=${encodeURIComponent(versionToWire(since))}`;
  const silent = new AbortController();
  let cancel = environment.setTimer(() => silent.abort(), silenceMs);
  const either = anySignal([signal, silent.signal]);
  try {
    const headers = { accept: "text/event-stream", ...(await options.headers?.()) };
    const response = await reached(send(`${base}${cursor}`, { headers, signal: either }));
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      throw new SynclineError("unavailable", `The event stream answered ${response.status}.`);
    }
    connection.up();
    const decoder = new TextDecoder();
    const cut = createFrameReader(MAX_FRAME);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reached(reader.read());
      if (done) return;
      cancel();
      cancel = environment.setTimer(() => silent.abort(), silenceMs);
      for (const text of cut(decoder.decode(value, { stream: true }))) await take(text);
    }
  } finally {
    cancel();
    // Ends the transfer where it was left in the middle.
    silent.abort();
  }
}

/** What the network does has a name; what the caller's own functions throw keeps its own. */
async function reached<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    throw new SynclineError("offline", "The event stream broke.", { cause });
  }
}
