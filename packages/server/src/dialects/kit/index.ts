// The kit's endpoints on spaces of the engine: its clients, Go programs that speak the same, and native clients share them.

import { type SpaceAddress, SynclineError } from "@syncline/core";
import type { ObservedStore } from "@syncline/kit";
import { createSyncHandler, MAX_BODY_DEPTH } from "@syncline/kit/http";
import { createEventStreamHandler } from "@syncline/kit/sse";
import type { AppDefinition } from "../../apps/app.ts";
import { defineApp } from "../../apps/define-app.ts";
import { authenticate } from "../../auth/authenticate.ts";
import type { Principal } from "../../auth/principal.ts";
import type { Answer, Call, Places, StreamAnswer } from "../../protocol/port.ts";
import type { CreateDialect, DialectContext } from "../port.ts";
import { createEngineStore } from "./engine-store.ts";
import { EVENTS, problemOf } from "./events.ts";

export interface KitDialectOptions {
  /** The app's name on the native protocol; `kit` where left out. */
  readonly app?: string;
  /** Who calls without a token: programs of the original send none. Nobody is let in without one where left out. */
  readonly anonymous?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const PREFIX = "/kit";
/** Streams are told of what is stored; they look by themselves in case that a hint was lost. */
const POLL_MS = 30_000;

/**
 * Serves `/kit/{space}/push`, `/pull`, `/latest-version`, `/pull-cursor` and `/sse`, which is what clients of
 * `@syncline/kit` and of the Go Sync Kit ask of a server: their base address is `https://…/kit/{space}`.
 *
 * ```ts
 * import { createMemoryStore, createServer, kitDialect } from "@syncline/server";
 *
 * const server = await createServer({
 *   store: createMemoryStore(),
 *   apps: [],
 *   auth: { secret: "a secret of 32 bytes or more, for HS256" },
 *   dialects: [kitDialect()],
 * });
 * ```
 */
export function kitDialect(options: KitDialectOptions = {}): CreateDialect {
  const app = options.app ?? "kit";
  const now = options.now ?? (() => Date.now());
  const create: CreateDialect = (context) => ({
    name: "kit",
    protocols: [
      {
        name: "kit",
        routes: [
          {
            // All of them: what a method is not for, the kit says in its words.
            method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
            path: `${PREFIX}/:space/*`,
            // Of what is too deep, the kit refuses the one event.
            body: { as: "text", anyType: true, maxDepth: MAX_BODY_DEPTH },
            handle: (call) => {
              const address = { app, name: call.params["space"] ?? "" };
              return answer(call, { context, address, now });
            },
          },
        ],
        identify: (call) => identify(call, context, options.anonymous),
        refuse,
      },
    ],
  });
  return Object.assign(create, {
    apps: [kitApp(app)],
    base: { name: "kit", path: `${PREFIX}/{space}` },
  });
}

/** Events are written once, by whoever writes them, and look like events also when they come another way. */
function kitApp(name: string): AppDefinition {
  return defineApp({
    name,
    collections: { [EVENTS]: { policy: "log", numbered: true } },
    createSpaces: "anyone",
    validate: ({ id, fields }) => problemOf(id, fields),
  });
}

async function identify(
  call: Call,
  { verifyToken }: DialectContext,
  anonymous: string | undefined,
): Promise<Principal> {
  const { authorization, "x-api-key": key } = call.headers;
  if (anonymous !== undefined && authorization === undefined && key === undefined)
    return { userId: anonymous, vouched: true };
  return await authenticate(call, verifyToken);
}

interface Asked {
  readonly context: DialectContext;
  readonly address: SpaceAddress;
  now(): number;
}

/** Gives the request to the kit's own handler, on a store that its caller may use. */
async function answer(call: Call, { context, address, now }: Asked): Promise<Answer> {
  const { engine, limits, failed } = context;
  const { principal } = call;
  // Who has no right hears so here, whatever is asked.
  const admitted = await engine.admit(principal, address, "read");
  const store: ObservedStore = {
    ...createEngineStore({ engine, principal, address, limits, now }),
    // Whoever stores it: another request, a native client, another node.
    onStored: (listener) =>
      engine.watch(admitted, ({ type }) => {
        if (type === "commit") listener();
      }),
  };
  const handler = createSyncHandler({
    store,
    maxRequestBytes: limits.bodyBytes,
    maxInflatedBytes: limits.bodyBytes,
    compressFromBytes: Number.POSITIVE_INFINITY, // the server does that for all
    stream: createEventStreamHandler({ store, pollMs: POLL_MS }),
    failed: (thrown) => failed("a request of the kit", thrown),
  });
  if (call.method === "GET" && call.params["*"] === "sse")
    return await streamed(call, handler, {
      places: PLACES,
      still: () => engine.admit(principal, address, "read"),
    });
  const response = await handler(requestOf(call));
  return { ...headOf(response), body: new Uint8Array(await response.arrayBuffer()) };
}

const PLACES: Places = { kind: "streams of the kit", all: 2_000, ofUser: 20 };

type Handler = (request: Request) => Promise<Response>;

/** The kit's stream, handed on as fast as it is read. */
async function streamed(
  call: Call,
  handler: Handler,
  stream: Pick<StreamAnswer, "places" | "still">,
): Promise<Answer> {
  const over = new AbortController();
  const response = await handler(requestOf(call, over.signal));
  const { body } = response;
  if (!response.ok || body === null) {
    over.abort();
    return { ...headOf(response), body: await response.text() };
  }
  return {
    ...headOf(response),
    stream: {
      ...stream,
      async write(sink) {
        sink.signal.addEventListener("abort", () => over.abort(), { once: true });
        if (sink.signal.aborted) over.abort();
        try {
          for await (const chunk of body as AsyncIterable<Uint8Array>)
            if (!sink.send(chunk) || !(await sink.room())) return;
        } finally {
          over.abort();
        }
      },
    },
  };
}

/** What the kit is asked, with a body that was read and unpacked. */
function requestOf(call: Call, signal?: AbortSignal): Request {
  const { method, url, body } = call;
  const [, rest = ""] = splitAfter(url, PREFIX.length + 1);
  const headers = new Headers();
  for (const name of ["accept", "content-type", "last-event-id"]) {
    const value = call.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  const hasBody = method !== "GET" && method !== "HEAD" && typeof body === "string";
  return new Request(`http://localhost${rest}`, {
    method,
    headers,
    ...(hasBody ? { body } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Cuts an address before the first slash after the space's name. */
function splitAfter(url: string, from: number): [string, string] {
  const at = url.indexOf("/", from);
  return at < 0 ? [url, "/"] : [url.slice(0, at), url.slice(at)];
}

function headOf(response: Response): Pick<Answer, "status" | "type" | "headers"> {
  const { "content-type": type, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, ...(type === undefined ? {} : { type }) };
}

function refuse(thrown: unknown): Answer {
  const error = thrown instanceof SynclineError ? thrown : new SynclineError("internal");
  const { status, retryAfter, message } = error;
  return {
    status,
    headers: retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) },
    type: "application/json",
    body: JSON.stringify({ error: message }),
  };
}
