// The transport over HTTP, for browsers and Node: speaks to our handler and to both generations of the original's.

import { asyncDispose, isSynclineError, SynclineError } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../../environment.ts";
import { readJson } from "../../event/read-json.ts";
import { writeText } from "../../event/write-json.ts";
import type { PullPage, PushReport, StoredEvent, Transport, Version } from "../../ports.ts";
import { versionToWire, wireToVersion } from "../../versions/index.ts";
import { parseIntegerVersion } from "../../versions/integer.ts";
import { pushBodies } from "../../wire/push-bodies.ts";
import { member, readRecords, type WireRecord } from "../../wire/records.ts";
import { follow } from "../follow.ts";
import { createLifetime } from "../lifetime.ts";
import { readPushReport } from "./push-report.ts";
import { createRequester, type PackedBody, type RequesterOptions } from "./requester.ts";

export interface HttpTransportOptions extends RequesterOptions {
  /** The peer's name, under which cursors are kept; the url where left out. */
  readonly peer?: string;
  /** How versions are read that come as text; positions where left out. */
  parseVersion?(text: string): Version;
  /** How often a subscription asks; 5 s where left out. */
  readonly pollMs?: number;
  readonly environment?: KitEnvironment;
}

/** A body of a push, ready to be sent. */
interface Packed {
  readonly sent: readonly StoredEvent[];
  readonly body: PackedBody;
}

/** The bodies of a push: one is ready ahead of its time, the others are made when it is theirs. */
interface Bodies {
  readonly events: readonly StoredEvent[];
  readonly bodies: AsyncIterator<Packed, undefined>;
  readonly first: Promise<IteratorResult<Packed, undefined>>;
}

/** What one request carries at most, before compression: below every server's limit. */
const PUSH_CHARACTERS = 3 * 1024 * 1024;
const PAGE_EVENTS = 1_000;
const POLL_MS = 5_000;

/**
 * Makes a transport to `<url>/push` and its neighbours.
 * @throws {SynclineError} `config` for options that cannot be right
 */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const { parseVersion = parseIntegerVersion, pollMs = POLL_MS } = options;
  const environment = options.environment ?? systemEnvironment();
  const { pack, request } = createRequester(options);
  const { call, keep, close } = createLifetime();
  /** True once the peer has shown that it is of the first generation, which has no cursors. */
  let legacy = false;

  const readPage = (records: readonly WireRecord[], next: Version | null): PullPage => {
    const events = records.map(({ event, version }) => ({
      event,
      version: parseVersion(version),
    }));
    return { events, next: next ?? latestOf(events), more: events.length > 0 };
  };
  const pullOld = async (since: Version | null, signal: AbortSignal) => {
    const text = encodeURIComponent(since === null ? "0" : since.toString());
    const body = await request("GET", `/pull?since=${text}`, { signal });
    return readPage(readRecords(readJson(body), "events"), null);
  };
  const pull = async (since: Version | null, limit: number, signal: AbortSignal) => {
    if (legacy) return await pullOld(since, signal);
    const from = since === null || since.isZero() ? "" : `"since":${versionToWire(since)},`;
    const sent = `{${from}"limit":${limit}}`;
    const body = await request("POST", "/pull-cursor", { body: sent, signal }).catch(notThere);
    if (body === undefined) {
      legacy = true;
      return await pullOld(since, signal);
    }
    const answer = objectOf(readJson(body));
    const next = member(answer, "next") ?? null;
    const records = readRecords(member(answer, "events"), "events");
    return readPage(records, next === null ? null : wireToVersion(next));
  };
  /** What the next push is going to send first. */
  let ahead: Bodies | undefined;
  const bodiesOf = (events: readonly StoredEvent[]): Bodies => {
    const bodies = packed(events);
    return { events, bodies, first: bodies.next() };
  };
  async function* packed(events: readonly StoredEvent[]): AsyncGenerator<Packed> {
    for (const { events: sent, body } of pushBodies(events, PUSH_CHARACTERS))
      yield { sent, body: await pack(body) };
  }
  const push = async (events: readonly StoredEvent[], signal: AbortSignal): Promise<PushReport> => {
    const { first, bodies } = ahead?.events === events ? ahead : bodiesOf(events);
    ahead = undefined;
    const rejected: PushReport["rejected"][number][] = [];
    for (let next = await first; next.done !== true; next = await bodies.next())
      rejected.push(...(await pushBody(next.value, signal)));
    return { rejected };
  };
  /** A peer with smaller limits gets less at once; an event that it never takes does not hold up the others. */
  const pushBody = async (
    { sent, body }: Packed,
    signal: AbortSignal,
  ): Promise<PushReport["rejected"]> => {
    try {
      return readPushReport(await request("POST", "/push", { body, signal }));
    } catch (thrown) {
      const [first] = sent;
      if (!isSynclineError(thrown, "too_large") || first === undefined) throw thrown;
      if (sent.length === 1) return [{ id: first.event.id, error: thrown }];
      const middle = Math.ceil(sent.length / 2);
      const halves = [sent.slice(0, middle), sent.slice(middle)];
      const rejected: PushReport["rejected"][number][] = [];
      for (const half of halves) rejected.push(...(await push(half, signal)).rejected);
      return rejected;
    }
  };

  return {
    peer: options.peer ?? options.url,
    push: (events, given) => call(given, (signal) => push(events, signal)),
    prepare(events) {
      ahead = bodiesOf(events);
      // What cannot be written is told when it is pushed.
      ahead.first.catch(() => undefined);
    },
    pull: (since, given) =>
      call(given, (signal) =>
        pull(since, Math.min(given?.limit ?? PAGE_EVENTS, PAGE_EVENTS), signal),
      ),
    latestVersion: (given) =>
      call(given, async (signal) => {
        const text = readJson(await request("GET", "/latest-version", { signal }));
        if (typeof text !== "string") throw unreadable();
        return parseVersion(text);
      }),
    subscribe: (handler, subscribe = {}) =>
      call(undefined, async () =>
        keep(
          follow({
            environment,
            pollMs,
            pull: (since, signal) => pull(since, PAGE_EVENTS, signal),
            handler,
            subscribe,
          }),
        ),
      ),
    close,
    [asyncDispose]: close,
  };
}

function latestOf(events: readonly StoredEvent[]): Version | null {
  let latest: Version | null = null;
  for (const { version } of events)
    if (latest === null || version.compare(latest) > 0) latest = version;
  return latest;
}

/** Servers of the first generation know neither path. */
function notThere(thrown: unknown): undefined {
  if (thrown instanceof SynclineError && thrown.code === "not_found") return undefined;
  throw thrown;
}

function objectOf(value: unknown): object {
  if (typeof value === "object" && value !== null) return value;
  throw unreadable();
}

function unreadable(): SynclineError {
  return new SynclineError("unavailable", "The peer answered with something that is no answer.");
}

/** A JSON text of the latest version. */
export function writeLatest(version: Version): string {
  return writeText(version.toString(), "version");
}
