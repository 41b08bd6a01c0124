// What devtools put around a client's parts: they see everything that passes, and can make it worse.

import { recordKeyToText, SynclineError, type WireRecord } from "@syncline/core";
import {
  type ClientEvent,
  type Environment,
  type LiveListener,
  type LiveSubscription,
  type LocalStore,
  systemEnvironment,
  type Transport,
} from "../index.ts";
import { createLog, type Log } from "./log.ts";

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

/** A state of a record as it arrived in this session. */
export interface SeenState {
  readonly atMs: number;
  readonly record: WireRecord;
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
  /** Breaks the live connection; the client makes another. */
  dropSocket(): void;
  /** What arrived of a record since the page was opened, oldest first. */
  historyOf(collection: string, id: string): readonly SeenState[];
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
  "scan",
  "recount",
  "health",
  "close",
]);
const MAX_STATES = 50;

interface Follow {
  readonly space: string;
  readonly listener: LiveListener;
  inner: LiveSubscription | undefined;
  up: boolean;
}

/** Makes the instruments; `mountDevtools` shows what they see. */
export function createDevtools(): Devtools {
  const log = createLog();
  const system = systemEnvironment();
  const follows = new Set<Follow>();
  const seen = new Map<string, SeenState[]>();
  const listeners = new Set<() => void>();
  let simulation: Simulation = { offline: false, latencyMs: 0, skewMs: 0, full: false };
  let offsetMs: number | undefined;
  let reconnect = () => {};
  const now = () => system.now();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };

  /** Waits as long as the simulated network takes. */
  async function travel(signal?: AbortSignal): Promise<void> {
    const { latencyMs, offline } = simulation;
    if (latencyMs > 0) await new Promise<void>((resolve) => system.setTimer(resolve, latencyMs));
    if (signal?.aborted) throw new SynclineError("aborted");
    if (offline) throw new SynclineError("offline", "The network is switched off in the devtools.");
  }

  function noteServerTime(time: unknown): void {
    if (typeof time !== "string") return;
    const serverMs = Date.parse(time.slice(0, 24));
    if (!Number.isNaN(serverMs)) offsetMs = now() + simulation.skewMs - serverMs;
  }

  async function call<Answer extends object>(
    what: string,
    space: string,
    request: unknown,
    signal: AbortSignal,
    run: () => Promise<Answer>,
  ): Promise<Answer> {
    const began = now();
    log.add({ atMs: began, direction: "out", what, space, body: request });
    try {
      await travel(signal);
      const answer = await run();
      if ("now" in answer) noteServerTime(answer.now);
      const tookMs = now() - began;
      log.add({ atMs: now(), direction: "in", what, space, tookMs, body: answer });
      return answer;
    } catch (thrown) {
      const body = thrown instanceof SynclineError ? thrown.toBody() : String(thrown);
      const tookMs = now() - began;
      log.add({ atMs: now(), direction: "in", what, space, tookMs, failed: true, body });
      throw thrown;
    }
  }

  function noteStates(changes: readonly object[]): void {
    for (const change of changes) {
      if (!("stamp" in change)) continue;
      const record = change as WireRecord; // only records have stamps
      const key = recordKeyToText(record);
      const states = seen.get(key) ?? [];
      states.push({ atMs: now(), record });
      if (states.length > MAX_STATES) states.shift();
      seen.set(key, states);
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
      if (before.offline !== simulation.offline) reconnect();
      tell();
    },
    dropSocket: () => reconnect(),
    historyOf: (collection, id) => seen.get(recordKeyToText({ collection, id })) ?? [],
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
      log.add({ atMs: now(), direction: "event", what: event.type, space, body: event });
    },
    environment(inner = system) {
      return { ...inner, now: () => inner.now() + simulation.skewMs };
    },
    store(inner) {
      return new Proxy(inner, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== "function" || typeof name !== "string") return member;
          return (...given: unknown[]): unknown => {
            if (simulation.full && !READS.has(name))
              return Promise.reject(new SynclineError("storage_full"));
            if (name === "apply") noteStates((given[0] as { changes: object[] }).changes);
            return member.apply(target, given);
          };
        },
      });
    },
    transport(inner) {
      const { live } = inner;
      const begin = (follow: Follow) => {
        if (live === undefined || simulation.offline) return;
        const { space, listener } = follow;
        follow.inner = live.follow(space, {
          ...listener,
          frame(frame) {
            noteServerTime(frame.now);
            log.add({ atMs: now(), direction: "in", what: "changes", space, body: frame });
            travel().then(
              () => follow.inner !== undefined && listener.frame(frame),
              () => undefined, // it was switched off meanwhile, and the connection with it
            );
          },
          up() {
            follow.up = true;
            log.add({ atMs: now(), direction: "event", what: "live", space, body: null });
            listener.up();
          },
          down() {
            follow.up = false;
            log.add({ atMs: now(), direction: "event", what: "not live", space, body: null });
            listener.down();
          },
          lost() {
            follows.delete(follow);
            listener.lost();
          },
        });
      };
      reconnect = () => {
        for (const follow of follows) {
          follow.inner?.close();
          follow.inner = undefined;
          if (follow.up) follow.listener.down();
          follow.up = false;
          begin(follow);
        }
      };
      return {
        sync: (space, request, options) =>
          call("sync", space, request, options.signal, () => inner.sync(space, request, options)),
        pull: (space, request, options) =>
          call("pull", space, request, options.signal, () => inner.pull(space, request, options)),
        async *stream(space, request, options) {
          log.add({ atMs: now(), direction: "out", what: "stream", space, body: request });
          await travel(options.signal);
          for await (const part of inner.stream(space, request, options)) {
            log.add({
              atMs: now(),
              direction: "in",
              what: `stream ${part.type}`,
              space,
              body: part,
            });
            yield part;
          }
        },
        ...(live === undefined
          ? {}
          : {
              live: {
                follow(space, listener) {
                  const follow: Follow = { space, listener, inner: undefined, up: false };
                  follows.add(follow);
                  begin(follow);
                  return {
                    present: (state) => follow.inner?.present(state),
                    close() {
                      follows.delete(follow);
                      follow.inner?.close();
                    },
                  };
                },
              },
            }),
        close: () => inner.close(),
      };
    },
  };
}
