// What devtools put around a client's parts: they see everything that passes, and can make it worse.

import { SynclineError } from "@syncline/core";
import {
  type ClientEvent,
  type Environment,
  type LocalStore,
  systemEnvironment,
  type Transport,
} from "../index.ts";
import { type InspectedFeed, inspectFeed } from "./feed.ts";
import { createLine } from "./line.ts";
import { createLog, type Log } from "./log.ts";
import { createSeen, type SeenState } from "./seen.ts";

/** What is made worse than it is. */
export interface Simulation {
  readonly offline: boolean;
  /** Milliseconds that each call and each frame takes longer. */
  readonly latencyMs: number;
  /** How far the device's clock is ahead, in milliseconds. */
  readonly skewMs: number;
  /** The device has no room. */
  readonly full: boolean;
}

export interface Devtools {
  readonly log: Log;
  /** Put these around what is given to `openClient`. */
  transport(transport: Transport): Transport;
  store(store: LocalStore): LocalStore;
  environment(environment?: Environment): Environment;
  onEvent(event: ClientEvent): void;
  readonly simulation: Simulation;
  simulate(change: Partial<Simulation>): void;
  /** Ends what is followed, as a broken connection would; the client follows again. */
  dropSocket(): void;
  /** What arrived of a record since the page was opened, oldest first. */
  historyOf(space: string, collection: string, id: string): readonly SeenState[];
  /** The device's clock as the client reads it, simulated skew included. */
  now(): number;
  /** How far the device's clock is ahead of the server's, in milliseconds, as of the last answer. */
  clockOffsetMs(): number | undefined;
  subscribe(listener: () => void): () => void;
}

/** Steps of a store that need no room. */
const READS: ReadonlySet<string> = new Set([
  "device",
  "spaces",
  "state",
  "outbox",
  "inbox",
  "isCurrent",
  "get",
  "getMany",
  "scan",
  "range",
  "recount",
  "kept",
  "health",
  "close",
]);

/** Makes the instruments; `mountDevtools` shows what they see. */
export function createDevtools(): Devtools {
  const log = createLog();
  const system = systemEnvironment();
  const feeds = new Set<InspectedFeed>();
  const seen = createSeen();
  const listeners = new Set<() => void>();
  const wakes = new Set<() => void>();
  let simulation: Simulation = { offline: false, latencyMs: 0, skewMs: 0, full: false };
  let offsetMs: number | undefined;
  const now = () => system.now();
  const line = createLine(system, () => simulation);
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const reconnect = () => {
    for (const feed of feeds) feed.reconnect();
  };

  function noteServerTime(time: unknown): void {
    if (typeof time !== "string") return;
    const serverMs = Date.parse(time.slice(0, 24));
    if (!Number.isNaN(serverMs)) offsetMs = now() + simulation.skewMs - serverMs;
  }

  /** Writes down what is asked; gives what writes down how it ended. */
  function noteCall(what: string, space: string, request: unknown) {
    const began = now();
    log.add({ atMs: began, direction: "out", what, space, body: request });
    return {
      part(name: string, body: unknown) {
        log.add({ atMs: now(), direction: "in", what: name, space, tookMs: now() - began, body });
      },
      failed(thrown: unknown) {
        const body = thrown instanceof SynclineError ? thrown.toBody() : String(thrown);
        const tookMs = now() - began;
        log.add({ atMs: now(), direction: "in", what, space, tookMs, failed: true, body });
      },
    };
  }

  async function call<Answer extends object>(
    what: string,
    space: string,
    request: unknown,
    signal: AbortSignal,
    run: () => Promise<Answer>,
  ): Promise<Answer> {
    const noted = noteCall(what, space, request);
    try {
      await line.travel(signal);
      const answer = await run();
      if ("now" in answer) noteServerTime(answer.now);
      noted.part(what, answer);
      return answer;
    } catch (thrown) {
      noted.failed(thrown);
      throw thrown;
    }
  }

  return {
    log,
    get simulation() {
      return simulation;
    },
    simulate(change) {
      const before = simulation;
      simulation = { ...simulation, ...change };
      if (before.offline !== simulation.offline) {
        reconnect();
        // As a browser does when the network is there again.
        if (!simulation.offline) for (const wake of [...wakes]) wake();
      }
      tell();
    },
    dropSocket: reconnect,
    historyOf: seen.of,
    now: () => now() + simulation.skewMs,
    clockOffsetMs: () => offsetMs,
    subscribe(listener) {
      listeners.add(listener);
      const stop = log.subscribe(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    onEvent(event) {
      const space = "space" in event ? event.space : "";
      // What was thrown is anything; as JSON, an error says nothing.
      const body = event.type === "failed" ? { ...event, thrown: String(event.thrown) } : event;
      const failed = event.type === "failed";
      log.add({ atMs: now(), direction: "event", what: event.type, space, failed, body });
    },
    environment(inner = system) {
      return {
        ...inner,
        now: () => inner.now() + simulation.skewMs,
        online: () => inner.online() && !simulation.offline,
        onWake(listener) {
          const stop = inner.onWake(listener);
          wakes.add(listener);
          return () => {
            wakes.delete(listener);
            stop();
          };
        },
      };
    },
    store(inner) {
      return new Proxy(inner, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== "function" || typeof name !== "string") return member;
          return (...given: unknown[]): unknown => {
            if (simulation.full && !READS.has(name))
              return Promise.reject(new SynclineError("storage_full"));
            const done: unknown = member.apply(target, given);
            if (name !== "apply") return done;
            const { space, changes } = given[0] as { space: string; changes: object[] }; // what apply takes
            return Promise.resolve(done).then((result) => {
              seen.add(space, changes, now());
              return result;
            });
          };
        },
      });
    },
    transport(inner) {
      const feed =
        inner.live === undefined
          ? undefined
          : inspectFeed(inner.live, line, {
              offline: () => simulation.offline,
              frame(space, frame) {
                noteServerTime(frame.now);
                log.add({ atMs: now(), direction: "in", what: "changes", space, body: frame });
              },
              changed(space, up) {
                const what = up ? "live" : "not live";
                log.add({ atMs: now(), direction: "event", what, space, body: null });
              },
            });
      if (feed !== undefined) feeds.add(feed);
      return {
        sync: (space, request, options) =>
          call("sync", space, request, options.signal, () => inner.sync(space, request, options)),
        pull: (space, request, options) =>
          call("pull", space, request, options.signal, () => inner.pull(space, request, options)),
        async *stream(space, request, options) {
          const noted = noteCall("stream", space, request);
          try {
            await line.travel(options.signal);
            for await (const part of inner.stream(space, request, options)) {
              noted.part(`stream ${part.type}`, part);
              yield part;
            }
          } catch (thrown) {
            noted.failed(thrown);
            throw thrown;
          }
        },
        ...(feed === undefined ? {} : { live: feed }),
        ...(inner.checkTokens === undefined ? {} : { checkTokens: inner.checkTokens }),
        async close() {
          if (feed !== undefined) feeds.delete(feed);
          await inner.close();
        },
      };
    },
  };
}
