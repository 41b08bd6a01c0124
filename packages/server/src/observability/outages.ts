// Outages of the database: one line when it goes, one when it is back, and figures in between; not a stack for each
// request. Every statement of the store says how the database is, so nobody has to ask it.

import { isSynclineError } from "@syncline/core";
import type { Store } from "../store/port.ts";

export interface OutageLog {
  /** The first failure of an outage. */
  away(thrown: unknown): void;
  /** The first success after it. */
  back(outage: { readonly seconds: number; readonly failures: number }): void;
  /** Each failure. */
  failed(): void;
}

export interface OutageOptions {
  readonly log: OutageLog;
  /** Milliseconds since any moment, which never go back. */
  now(): number;
}

/** Outages that follow each other so closely are told of once. */
const QUIET_MS = 10_000;

/** What asks no database. */
const AT_ONCE = new Set(["close", "load"]);
/** What only reads: on a full disk it goes on as if nothing were. */
const READS = new Set([
  ...["page", "head", "record", "recordAt", "history", "client", "spaces", "role", "members"],
  ...["check", "backup", "figures", "byEmail", "byUser", "list", "session", "sessions"],
  ...["progress", "waiting", "letters"],
]);

const told = new WeakSet<object>();

/** Whether the log has said already what an error says, or it is no news: it is answered, and not logged once more. */
export function isToldOf(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && told.has(thrown);
}

/** Marks an error of which a figure or a line of its own tells. */
export function markTold<Thrown extends object>(thrown: Thrown): Thrown {
  told.add(thrown);
  return thrown;
}

/** The store, which tells the log when its database goes and comes. */
export function watchedStore(store: Store, { log, now }: OutageOptions): Store {
  let since:
    | { readonly atMs: number; readonly isLogged: boolean; failedWrite: boolean }
    | undefined;
  let failures = 0;
  let endedMs = Number.NEGATIVE_INFINITY;

  function failed(name: string, thrown: unknown): void {
    if (!isSynclineError(thrown) || !/^(unavailable|database_)/.test(thrown.code)) return;
    markTold(thrown);
    log.failed();
    failures += 1;
    const failedWrite = !READS.has(name);
    if (since !== undefined) {
      since.failedWrite ||= failedWrite;
      return;
    }
    const isLogged = now() - endedMs > QUIET_MS;
    since = { atMs: now(), isLogged, failedWrite };
    if (isLogged) log.away(thrown);
  }

  function succeeded(name: string): void {
    // Whether something can be written again, only a write can tell.
    if (since === undefined || (since.failedWrite && READS.has(name))) return;
    endedMs = now();
    if (since.isLogged) log.back({ seconds: (endedMs - since.atMs) / 1_000, failures });
    since = undefined;
    failures = 0;
  }

  function watched<Part extends object>(part: Part): Part {
    const methods = Object.entries(part).map(([name, member]: [string, unknown]) => {
      if (typeof member !== "function" || AT_ONCE.has(name)) return [name, member];
      const ask = async (...args: unknown[]) => {
        try {
          const answer: unknown = await member.apply(part, args);
          succeeded(name);
          return answer;
        } catch (thrown) {
          failed(name, thrown);
          throw thrown;
        }
      };
      return [name, ask];
    });
    return { ...part, ...Object.fromEntries(methods) }; // each method has the type of the one within
  }

  return {
    ...watched(store),
    consumers: watched(store.consumers),
    accounts: watched(store.accounts),
    [Symbol.asyncDispose]: store[Symbol.asyncDispose],
  };
}
