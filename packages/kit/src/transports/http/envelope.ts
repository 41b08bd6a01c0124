// The original's third form of a pull: flat events, and cursors that count the writes of each node.

import { ORIGIN_COUNTER, ORIGIN_NODE, readCausality } from "../../event/causality.ts";
import { eventToTexts } from "../../event/check-event.ts";
import { readJson } from "../../event/read-json.ts";
import { writeJson, writeText } from "../../event/write-json.ts";
import type { Event, EventStore, StoredEvent, Version } from "../../ports.ts";
import { VectorClock, versionToWire, wireToVersion } from "../../versions/index.ts";
import { member } from "../../wire/records.ts";
import { type BodyLimits, Refusal, readBody } from "./body.ts";

export interface EnvelopeHandlerOptions {
  readonly store: EventStore;
  /** The largest request; 64 KiB where left out. */
  readonly maxRequestBytes?: number;
}

const KIB = 1024;
const USUAL_LIMIT = 200;
const MAX_LIMIT = 1_000;

/**
 * Makes the handler of `POST …/pull` with `{"since":…,"limit":…}`, wherever it is mounted. A cursor of kind `vector` gives what each
 * node wrote after its counter, and looks through the whole log for it.
 */
export function createEnvelopeHandler(
  options: EnvelopeHandlerOptions,
): (request: Request) => Promise<Response> {
  const { store, maxRequestBytes = 64 * KIB } = options;
  const limits: BodyLimits = { requestBytes: maxRequestBytes, inflatedBytes: maxRequestBytes };
  return async (request) => {
    let since: Version | null;
    let limit: number;
    try {
      const asked = readJson(await readBody(request, limits)) ?? {};
      if (typeof asked !== "object") return plain(400, "bad request");
      const wire = member(asked, "since") ?? null;
      const wanted = member(asked, "limit") ?? 0;
      if (typeof wanted !== "number") return plain(400, "bad request");
      limit = wanted <= 0 || wanted > MAX_LIMIT ? USUAL_LIMIT : Math.floor(wanted);
      since = readCursor(wire);
    } catch (thrown) {
      if (thrown instanceof BadCursor) return plain(400, "bad cursor");
      return plain(thrown instanceof Refusal ? thrown.status : 400, "bad request");
    }
    try {
      const page =
        since instanceof VectorClock
          ? await pageByNode(store, since, limit, request.signal)
          : await pageByPosition(store, since, limit, request.signal);
      const events = page.events.length === 0 ? "null" : `[${page.events.map(flat).join(",")}]`;
      const next = page.next === null ? "" : `,"next":${versionToWire(page.next)}`;
      return new Response(`{"events":${events}${next}}\n`, {
        headers: { "content-type": "application/json" },
      });
    } catch {
      return plain(500, "server error");
    }
  };
}

class BadCursor extends Error {}

interface Page {
  readonly events: readonly StoredEvent[];
  readonly next: Version | null;
}

function readCursor(wire: unknown): Version | null {
  if (wire === null) return null;
  try {
    const version = wireToVersion(wire);
    if (version.kind === "integer" || version.kind === "vector") return version;
  } catch (cause) {
    throw new BadCursor("unreadable", { cause });
  }
  throw new BadCursor("of another kind");
}

async function pageByPosition(
  store: EventStore,
  since: Version | null,
  limit: number,
  signal: AbortSignal,
): Promise<Page> {
  const events: StoredEvent[] = [];
  for await (const stored of store.load(since, { limit, signal })) events.push(stored);
  return { events, next: events.at(-1)?.version ?? since };
}

async function pageByNode(
  store: EventStore,
  since: VectorClock,
  limit: number,
  signal: AbortSignal,
): Promise<Page> {
  const events: StoredEvent[] = [];
  const counters = new Map(since.entries());
  for await (const stored of store.load(null, { signal })) {
    const { dot } = readCausality(stored.event);
    if (dot === undefined || dot.counter <= since.get(dot.node)) continue;
    events.push(stored);
    if (dot.counter > (counters.get(dot.node) ?? 0n)) counters.set(dot.node, dot.counter);
    if (events.length === limit) break;
  }
  return { events, next: new VectorClock(counters) };
}

function flat({ event, version }: StoredEvent): string {
  const { dot } = readCausality(event);
  const { id, type, aggregateId, data } = eventToTexts(event);
  let text = `{"id":${writeText(id, "id")},"type":${writeText(type, "type")},"aggregate_id":${writeText(aggregateId, "aggregateId")}`;
  // Nothing but objects has a place in this form.
  if (data.startsWith("{")) text += `,"data":${data}`;
  const rest = metadataOf(event);
  if (rest !== undefined) text += `,"metadata":${rest}`;
  if (dot !== undefined)
    text += `,"origin_node":${writeText(dot.node, "node")},"origin_counter":${dot.counter}`;
  return `${text},"seq":${version}}`;
}

/** The metadata without what has members of its own. */
function metadataOf({ metadata }: Event): string | undefined {
  const rest = Object.entries(metadata ?? {}).filter(
    ([name]) => name !== ORIGIN_NODE && name !== ORIGIN_COUNTER,
  );
  return rest.length === 0 ? undefined : writeJson(Object.fromEntries(rest), "metadata");
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}
