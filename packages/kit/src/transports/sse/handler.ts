// The event stream of a peer: what is stored after a cursor, frame by frame, and then what comes.

import { anySignal } from "@syncline/core";
import type { KitEnvironment } from "../../environment.ts";
import { systemEnvironment } from "../../environment.ts";
import { readJson } from "../../event/read-json.ts";
import type { Version } from "../../ports.ts";
import type { ObservedStore } from "../../stores/observed.ts";
import { versionToWire, wireToVersion } from "../../versions/index.ts";
import { createPeer, type PeerOptions } from "../../wire/peer.ts";
import { follow } from "../follow.ts";
import { writeFrame } from "./frames.ts";

export interface EventStreamOptions extends PeerOptions {
  readonly store: ObservedStore;
  /** How often it looks for what other processes stored; 1 s where left out. */
  readonly pollMs?: number;
  /** A comment is sent so often, so that a broken line is noticed; 15 s where left out. */
  readonly heartbeatMs?: number;
  readonly environment?: KitEnvironment;
}

const PAGE_EVENTS = 100;
const POLL_MS = 1_000;
const HEARTBEAT_MS = 15_000;

/** Makes the handler of `GET …?cursor=`, wherever it is mounted. */
export function createEventStreamHandler(
  options: EventStreamOptions,
): (request: Request) => Promise<Response> {
  const { store, pageEvents = PAGE_EVENTS, pollMs = POLL_MS, heartbeatMs = HEARTBEAT_MS } = options;
  const environment = options.environment ?? systemEnvironment();
  const peer = createPeer({ ...options, pageEvents });
  const own = store.parseVersion("0").kind;

  return async (request) => {
    if (request.method !== "GET") return refuse(405, "method not allowed");
    let since: Version | null;
    try {
      const parameter = new URL(request.url).searchParams.get("cursor");
      // What a browser gives back after a break goes before what it began with.
      const text = request.headers.get("last-event-id") ?? parameter ?? "";
      since = text === "" ? null : readCursor(text);
    } catch (thrown) {
      return refuse(400, thrown instanceof SyntaxError ? "bad cursor format" : "bad cursor");
    }
    if (since !== null && since.kind !== own && !since.isZero()) return refuse(400, "bad cursor");
    const named = new URL(request.url).searchParams.has("ids");
    return new Response(stream(request.signal, since, named), {
      headers: { "content-type": "text/event-stream", "cache-control": "no-cache" },
    });
  };

  function stream(signal: AbortSignal, since: Version | null, named: boolean) {
    const encoder = new TextEncoder();
    const gone = new AbortController();
    const either = anySignal([signal, gone.signal]);
    let cancelBeat = () => {};
    let wake = () => {};
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          const send = (text: string) => {
            if (!either.aborted) controller.enqueue(encoder.encode(text));
          };
          const beat = () => {
            cancelBeat = environment.setTimer(() => {
              send(":\n\n");
              beat();
            }, heartbeatMs);
          };
          // A first comment opens the line at once.
          send(":\n\n");
          beat();
          const subscription = follow({
            environment,
            pollMs,
            pull: (cursor, given) => peer.page(cursor, { signal: given }),
            onNews: (listener) => store.onStored(listener),
            async handler(page) {
              const id = named && page.next !== null ? `id: ${versionToWire(page.next)}\n` : "";
              send(id + writeFrame(page));
              // The next page is read when there is room for it.
              if ((controller.desiredSize ?? 0) <= 0 && !either.aborted) {
                await new Promise<void>((resolve) => {
                  wake = resolve;
                  either.addEventListener("abort", () => resolve(), { once: true });
                });
              }
            },
            subscribe: { since, signal: either },
          });
          either.addEventListener(
            "abort",
            () => {
              cancelBeat();
              // Whoever reads has gone, or the server ends: the stream is over either way.
              subscription.stop().then(
                () => close(controller),
                () => close(controller),
              );
            },
            { once: true },
          );
        },
        pull: () => wake(),
        cancel: () => gone.abort(),
      },
      { highWaterMark: 16 },
    );
  }
}

function close(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch {
    // It was cancelled by its reader.
  }
}

function readCursor(text: string): Version {
  let value: unknown;
  try {
    value = readJson(text);
  } catch (cause) {
    throw new SyntaxError("no JSON", { cause });
  }
  return wireToVersion(value);
}

function refuse(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}
