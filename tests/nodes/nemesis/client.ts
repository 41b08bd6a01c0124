// A light client that speaks the protocol itself: pushes to any node, follows on any node, and keeps a log of both.

import { setTimeout as wait } from "node:timers/promises";
import {
  DigestSum,
  type Mutation,
  parseCursor,
  type SyncResponse,
  type WireRecord,
} from "@syncline/core";
import type { SeededRandom } from "@syncline/core/testing";
import { WebSocket } from "ws";

/** What a client knows at the end. */
export interface ClientLog {
  readonly clientId: string;
  readonly userId: string;
  readonly acknowledged: Set<number>;
  made: number;
  repeated: number;
  reconnects: number;
  /** What went wrong that may never go wrong. */
  readonly problems: string[];
}

export interface ClientOptions {
  readonly clientId: string;
  readonly userId: string;
  readonly token: string;
  readonly random: SeededRandom;
  /** Addresses of the nodes; any of them will do, and none is sure to answer. */
  readonly urls: readonly [string, ...string[]];
  /** Milliseconds between two writes, about. */
  readonly thinkMs: number;
  /** Ends the writing. */
  readonly signal: AbortSignal;
}

export interface NemesisClient {
  readonly log: ClientLog;
  /** Writes until the signal, and then until everything is acknowledged. */
  write(): Promise<void>;
  /** What it has seen by following alone, by record. */
  seen(collection: string): ReadonlyMap<string, WireRecord>;
  /** Whether what it follows has reached this cursor. */
  cursor(): string | null;
  /** Ends the following. */
  stop(): void;
}

const SPACE = "nemesis/~";
const ANSWER_MS = 4_000;
const SILENCE_MS = 3_000;

interface Frame {
  readonly type: string;
  readonly after?: string | null;
  readonly cursor?: string;
  readonly more?: boolean;
  readonly changes?: readonly WireRecord[];
  readonly digest?: { readonly [collection: string]: string };
  readonly error?: { readonly code: string; readonly message: string };
}

export function createNemesisClient(options: ClientOptions): NemesisClient {
  const { clientId, userId, token, random, urls } = options;
  const log: ClientLog = {
    clientId,
    userId,
    acknowledged: new Set(),
    made: 0,
    repeated: 0,
    reconnects: 0,
    problems: [],
  };
  const records = new Map<string, Map<string, WireRecord>>();
  let cursor: string | null = null;
  let stopped = false;
  let socket: WebSocket | undefined;
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const anyUrl = () => random.pick(urls);

  async function call(path: string, init: RequestInit): Promise<Response | undefined> {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      return await fetch(`${anyUrl()}/v1/${SPACE}/${path}`, { ...init, headers, signal });
    } catch {
      return undefined; // no answer: what this is about
    }
  }

  async function push(mutations: readonly Mutation[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0) log.repeated += 1;
      const body = JSON.stringify({
        clientId,
        now: `${new Date().toISOString()}-0000-${clientId}`,
        cursor: null,
        policies: { totals: "counter" },
        mutations,
        pull: { limit: 1, collections: ["nothing"] },
      });
      const response = await call("sync", { method: "POST", body });
      const text = await response?.text().catch(() => undefined);
      if (response?.ok === true && text !== undefined) {
        const { results } = JSON.parse(text) as SyncResponse; // our own server's answer
        for (const result of results) {
          if (result.status === "applied" || result.status === "duplicate")
            log.acknowledged.add(result.id);
          else log.problems.push(`mutation ${result.id}: ${JSON.stringify(result)}`);
        }
        if (log.problems.length > 0 || results.length === mutations.length) return;
      } else if (response !== undefined && response.status < 500 && response.status !== 429) {
        log.problems.push(`a push was answered ${response.status}: ${text}`);
        return;
      }
      await wait(20 + random.below(200));
    }
  }

  /** Takes what follows the own cursor; @returns false when something is missing in between. */
  function take(frame: Frame): boolean {
    const { after = null, cursor: next, changes = [], digest } = frame;
    if (next === undefined || stampOf(after) > stampOf(cursor)) return false;
    if (stampOf(next) < stampOf(cursor)) return true; // known already
    for (const record of changes) {
      const collection = records.get(record.collection) ?? new Map<string, WireRecord>();
      records.set(record.collection, collection);
      const held = collection.get(record.id);
      // A frame may begin before what is known: then it shows older states of it, too.
      if (held === undefined || held.stamp < record.stamp) collection.set(record.id, record);
    }
    cursor = next;
    for (const [name, text] of Object.entries(digest ?? {})) {
      const own = digestOf(records.get(name) ?? new Map());
      if (own !== text)
        log.problems.push(`the digest of ${name} at ${next} is ${own}, not ${text}`);
    }
    return true;
  }

  /** Pulls pages until nothing is missing. */
  async function catchUp(): Promise<void> {
    for (;;) {
      const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const response = await call(`changes${query}`, {});
      const text = await response?.text().catch(() => undefined);
      if (response === undefined || text === undefined || response.status >= 500) {
        await wait(20 + random.below(200));
        if (stopped) return;
        continue;
      }
      if (!response.ok) {
        log.problems.push(`a pull from ${cursor} was answered ${response.status}: ${text}`);
        return;
      }
      const page = JSON.parse(text) as Frame; // our own server's answer
      take({ ...page, after: cursor });
      if (page.more !== true) return;
    }
  }

  /** One connection, from its opening to its end. */
  function follow(): Promise<void> {
    return new Promise((resolve) => {
      const own = new WebSocket(`${anyUrl().replace("http", "ws")}/v1/live`, ["syncline.v1"]);
      socket = own;
      let heardAt = performance.now();
      const beat = setInterval(() => {
        // A node that is frozen keeps its sockets open, and says nothing.
        if (performance.now() - heardAt > SILENCE_MS) own.terminate();
        else if (own.readyState === WebSocket.OPEN) own.send('{"type":"ping"}');
      }, 1_000);
      own.on("open", () => own.send(JSON.stringify({ type: "auth", token })));
      own.on("error", () => undefined);
      own.on("close", () => {
        clearInterval(beat);
        resolve();
      });
      own.on("message", (data) => {
        heardAt = performance.now();
        const frame = JSON.parse(String(data)) as Frame; // our own server's frame
        if (frame.type === "ready")
          own.send(JSON.stringify({ type: "subscribe", space: SPACE, cursor }));
        else if (frame.type === "changes" && !take(frame)) own.terminate();
        else if (frame.type === "behind") own.terminate();
        else if (frame.type === "error") {
          const { code = "", message } = frame.error ?? {};
          if (!["unavailable", "rate_limited", "internal"].includes(code))
            log.problems.push(`the socket said ${code}: ${message}`);
          own.terminate();
        }
      });
    });
  }

  async function keepFollowing(): Promise<void> {
    while (!stopped) {
      await catchUp();
      if (stopped) return;
      await follow();
      log.reconnects += 1;
      await wait(random.below(300));
    }
  }
  void keepFollowing();

  return {
    log,
    async write() {
      while (!options.signal.aborted && log.problems.length === 0) {
        const size = 1 + random.below(3);
        const mutations = Array.from({ length: size }, (_, i) =>
          mutationOf(clientId, log.made + 1 + i),
        );
        log.made += size;
        await push(mutations);
        await wait(random.below(options.thinkMs * 2));
      }
    },
    seen: (collection) => records.get(collection) ?? new Map(),
    cursor: () => cursor,
    stop() {
      stopped = true;
      socket?.terminate();
    },
  };
}

/** A record of its own shows a loss, a count shows a repetition. */
function mutationOf(clientId: string, id: number): Mutation {
  const time = `${new Date().toISOString()}-0000-${clientId}`;
  const op = id === 1 ? "put" : "patch";
  return {
    id,
    seen: null,
    changes: [
      { collection: "entries", id: `${clientId}.${id}`, op: "put", time, fields: { number: id } },
      { collection: "totals", id: clientId, op, time, fields: { count: 1 } },
    ],
  };
}

function stampOf(cursor: string | null): number {
  return cursor === null ? 0 : parseCursor(cursor).stamp;
}

function digestOf(records: ReadonlyMap<string, WireRecord>): string {
  const sum = new DigestSum();
  for (const { id, stamp } of records.values()) sum.add(id, stamp);
  return sum.toString();
}
