// The endpoints of a peer: POST /push, GET /pull?since=, GET /latest-version, POST /pull-cursor; as a function from a
// request to a response, for any server.

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { isSynclineError, SynclineError, toWellFormed } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../../environment.ts";
import { ExactNumber } from "../../event/exact-number.ts";
import { readJson } from "../../event/read-json.ts";
import type { EventStore, PushReport, StoredEvent, Version } from "../../ports.ts";
import { checkHealth, type Health, type HealthOptions } from "../../stores/health.ts";
import { versionToWire, wireToVersion } from "../../versions/index.ts";
import { IntegerVersion } from "../../versions/integer.ts";
import { createPeer, type Peer, type PeerOptions } from "../../wire/peer.ts";
import { member, readRecords, writePushReport, writeRecords } from "../../wire/records.ts";
import { scanRecords } from "../../wire/scan-records.ts";
import { type BodyLimits, Refusal, readBody } from "./body.ts";
import { writeLatest } from "./client.ts";
import { LISTED } from "./push-report.ts";

export interface SyncHandlerOptions extends PeerOptions {
  /** The largest request, as it arrives; 10 MiB where left out. */
  readonly maxRequestBytes?: number;
  /** The largest request after decompression; 20 MiB where left out. */
  readonly maxInflatedBytes?: number;
  /** Answers of so many bytes are compressed for who takes gzip; 1024 where left out, `Infinity` for never. */
  readonly compressFromBytes?: number;
  /** How `since` is read; as the store does where left out. */
  parseVersion?(text: string): Version;
  /** Answers `GET /sse`, where there is one: what `createEventStreamHandler` makes. */
  stream?(request: Request): Promise<Response>;
  /** Asked before everything else; an answer of its own ends the request: for who may sync, and how often. */
  admit?(request: Request): Promise<Response | undefined> | Response | undefined;
  readonly environment?: KitEnvironment;
  /** Told of failures that the caller is only told the outline of. */
  failed?(error: unknown): void;
}

/** What a handler did since it was made. */
export interface HandlerStats {
  readonly startedAt: Date;
  /** By path, whatever became of them; those of paths that are not there are under `other`. */
  readonly requests: { readonly [path: string]: number };
  /** Events that were pushed, the rejected ones among them. */
  readonly received: number;
  readonly rejected: number;
  /** Events that were pulled; those of a stream are not counted. */
  readonly sent: number;
  /** Answers that say what the caller did wrong: 400 to 499. */
  readonly refused: number;
  /** Answers that say that something went wrong here. */
  readonly failed: number;
}

export interface SyncHandler {
  (request: Request): Promise<Response>;
  stats(): HandlerStats;
  /** Whether its store answers, for a health endpoint of the app's. */
  health(options?: HealthOptions): Promise<Health>;
}

const MIB = 1024 * 1024;
/** What the original makes of limits that are none, or too great. */
const USUAL_LIMIT = 200;
const MAX_LIMIT = 1_000;
const deflate = promisify(gzip);

interface Route {
  readonly method: "GET" | "POST";
  answer(request: Request, url: URL): Promise<string>;
}

/**
 * Makes the handler. It answers below any prefix `/sync` and without one.
 * @throws {SynclineError} `config` for limits that no request could keep
 */
export function createSyncHandler(options: SyncHandlerOptions): SyncHandler {
  const { maxRequestBytes = 10 * MIB, maxInflatedBytes = 20 * MIB } = options;
  const { compressFromBytes = 1_024 } = options;
  if (!(maxRequestBytes > 0) || !(maxInflatedBytes > 0) || !(compressFromBytes >= 0)) {
    throw new SynclineError("config", "Limits of the sync handler are numbers of bytes above 0.");
  }
  const startedAt = new Date((options.environment ?? systemEnvironment()).now());
  const requests = new Map<string, number>();
  const counts = { received: 0, rejected: 0, sent: 0, refused: 0, failed: 0 };
  const routes = createRoutes(options, counting(createPeer(options), counts), {
    requestBytes: maxRequestBytes,
    inflatedBytes: maxInflatedBytes,
  });

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const path = url.pathname.startsWith("/sync") ? url.pathname.slice(5) : url.pathname;
    const streams = path === "/sse" ? options.stream : undefined;
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    const counted = route === undefined && streams === undefined ? "other" : path;
    requests.set(counted, (requests.get(counted) ?? 0) + 1);
    const admitted = await options.admit?.(request);
    if (admitted !== undefined) return admitted;
    if (streams !== undefined) return await streams(request);
    if (route === undefined) throw new Refusal(404, "not found");
    if (request.method !== route.method) throw new Refusal(405, "method not allowed");
    return await json(request, 200, await route.answer(request, url), compressFromBytes);
  };
  const handle = async (request: Request): Promise<Response> => {
    try {
      return await answer(request);
    } catch (thrown) {
      const { status, message } = refusalOf(thrown);
      if (status >= 500) options.failed?.(thrown);
      return await json(request, status, JSON.stringify({ error: message }), compressFromBytes);
    }
  };
  return Object.assign(
    async (request: Request) => {
      const response = await handle(request);
      if (response.status >= 500) counts.failed += 1;
      else if (response.status >= 400) counts.refused += 1;
      return response;
    },
    {
      stats: () => ({ startedAt, requests: Object.fromEntries(requests), ...counts }),
      health: (given?: HealthOptions) => checkHealth(options.store, given),
    },
  );
}

/** Counts events, whichever route they take. */
function counting(peer: Peer, counts: { received: number; rejected: number; sent: number }): Peer {
  return {
    async push(records, given) {
      const report = await peer.push(records, given);
      counts.received += records.length;
      counts.rejected += report.rejected.length;
      return report;
    },
    async page(since, given) {
      const page = await peer.page(since, given);
      counts.sent += page.events.length;
      return page;
    },
  };
}

function createRoutes(
  options: SyncHandlerOptions,
  peer: Peer,
  limits: BodyLimits,
): { readonly [path: string]: Route } {
  const { store } = options;
  const parseVersion = options.parseVersion ?? ((text: string) => store.parseVersion(text));
  return {
    "/push": {
      method: "POST",
      async answer(request) {
        const text = await readBody(request, limits);
        const records = scanRecords(text) ?? readRecords(readJson(text), "events");
        const { rejected } = await peer.push(records);
        // Who reads lists hears of each; to others, events that they cannot have stored are said as a failure is.
        if (!readsLists(request)) refuseUnstored(rejected, records.length);
        return writePushReport(rejected);
      },
    },
    "/pull": {
      method: "GET",
      async answer(request, url) {
        const since = readSince(url.searchParams.get("since") ?? "", parseVersion);
        const { events } = await load(peer, since, undefined, request.signal);
        return writeRecords(events);
      },
    },
    "/latest-version": {
      method: "GET",
      async answer({ signal }) {
        return writeLatest(await latest(store, signal));
      },
    },
    "/pull-cursor": {
      method: "POST",
      async answer(request) {
        const asked = (await readValue(request, limits)) ?? {};
        if (typeof asked !== "object") throw new Refusal(400, "the body must be an object");
        const since = readCursor(member(asked, "since"), store);
        const limit = readLimit(member(asked, "limit"));
        const { events } = await load(peer, since, limit, request.signal);
        return `{"events":${writeRecords(events)}${nextOf(events)}}`;
      },
    },
  };
}

/** Our own client says so. */
function readsLists(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes(LISTED);
}

/**
 * The original's client looks at the status alone. Of what it holds to be stored, another event under the id is no
 * failure to it: its own server passes over that, too.
 * @throws {Refusal} 422, after everything else was stored
 */
function refuseUnstored(rejected: PushReport["rejected"], sent: number): void {
  const unstored = rejected.filter(({ error }) => error.code !== "duplicate_event");
  const [first] = unstored;
  if (first === undefined) return;
  const name = JSON.stringify(toWellFormed(first.id.slice(0, 100)));
  throw new Refusal(
    422,
    `${unstored.length} of ${sent} events cannot be stored, the others are: ${name}: ${first.error.message}`,
  );
}

async function readValue(request: Request, limits: BodyLimits): Promise<unknown> {
  return readJson(await readBody(request, limits));
}

function readSince(text: string, parse: (text: string) => Version): Version {
  try {
    return parse(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : "it cannot be read";
    throw new Refusal(400, `invalid 'since' version: ${why}`);
  }
}

function readCursor(value: unknown, store: EventStore): Version | null {
  if (value === undefined || value === null) return null;
  let version: Version;
  try {
    version = wireToVersion(value);
  } catch (thrown) {
    throw new Refusal(400, `bad cursor: ${thrown instanceof Error ? thrown.message : ""}`);
  }
  const own = store.parseVersion("0").kind;
  if (version.kind !== own && !version.isZero())
    throw new Refusal(400, "cursor kind not supported by this store");
  return version;
}

function readLimit(value: unknown): number {
  if (value === undefined || value === null) return USUAL_LIMIT;
  if (value instanceof ExactNumber) return USUAL_LIMIT;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new Refusal(400, "limit must be a whole number");
  }
  return value <= 0 || value > MAX_LIMIT ? USUAL_LIMIT : value;
}

async function load(
  peer: Peer,
  since: Version | null,
  limit: number | undefined,
  signal: AbortSignal,
) {
  try {
    return await peer.page(since, { signal, ...(limit === undefined ? {} : { limit }) });
  } catch (cause) {
    if (isSynclineError(cause, "invalid")) throw new Refusal(400, cause.message);
    throw Object.assign(new Refusal(500, "could not load events"), { cause });
  }
}

async function latest(store: EventStore, signal: AbortSignal): Promise<Version> {
  try {
    return await store.latestVersion({ signal });
  } catch (cause) {
    throw Object.assign(new Refusal(500, "could not get latest version"), { cause });
  }
}

function nextOf(events: readonly StoredEvent[]): string {
  let next: Version | undefined;
  for (const { version } of events)
    if (next === undefined || version.compare(next) > 0) next = version;
  if (next === undefined) return "";
  return `,"next":${next instanceof IntegerVersion ? `{"kind":"integer","data":${next}}` : versionToWire(next)}`;
}

function refusalOf(thrown: unknown): { readonly status: number; readonly message: string } {
  if (thrown instanceof Refusal) return thrown;
  if (isSynclineError(thrown) && thrown.status >= 400 && thrown.status < 500) return thrown;
  // What went wrong inside is for the log.
  return {
    status: isSynclineError(thrown) ? thrown.status || 500 : 500,
    message: "internal error",
  };
}

async function json(
  request: Request,
  status: number,
  text: string,
  compressFromBytes: number,
): Promise<Response> {
  const headers: { [name: string]: string } = { "content-type": "application/json" };
  const bytes = Buffer.from(text);
  // As the original does: whoever names gzip gets it, whatever weight it is given.
  const takesGzip = (request.headers.get("accept-encoding") ?? "").includes("gzip");
  if (!takesGzip || bytes.length < compressFromBytes)
    return new Response(bytes, { status, headers });
  headers["content-encoding"] = "gzip";
  headers["vary"] = "Accept-Encoding";
  return new Response(new Uint8Array(await deflate(bytes, { level: 3 })), { status, headers });
}
