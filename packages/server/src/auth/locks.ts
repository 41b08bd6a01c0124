// Locked users: refused by whatever they show, and told that it is a lock.

import { SynclineError } from "@syncline/core";
import type { LockStore } from "../store/lock-rows.ts";
import type { TokenVerifier } from "./verify-token.ts";

export interface Locks {
  isLocked(userId: string): Promise<boolean>;
  /** @throws {SynclineError} `account_locked` */
  refuse(userId: string): Promise<void>;
  /** Somebody was locked or unlocked: what is remembered is not asked any more. */
  changed(): void;
}

/** How long a lock that nobody told this server of may be unknown to it. */
const REMEMBERED_MS = 1_000;

/** @param now milliseconds since any moment, which never go back */
export function createLocks(store: Pick<LockStore, "all">, now: () => number): Locks {
  let locked: ReadonlySet<string> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const atMs = now();
    try {
      locked = new Set((await store.all()).map(({ userId }) => userId));
      readAtMs = atMs;
    } catch (thrown) {
      // A store that is away refuses by itself. Who was locked before it went still is.
      if (locked === undefined) throw thrown;
    } finally {
      reading = undefined;
    }
  }

  async function isLocked(userId: string): Promise<boolean> {
    if (now() - readAtMs >= REMEMBERED_MS) {
      reading ??= read();
      await reading;
    }
    return locked?.has(userId) === true;
  }

  return {
    isLocked,
    async refuse(userId) {
      if (await isLocked(userId)) throw new SynclineError("account_locked");
    },
    changed() {
      readAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}

/** A verifier that lets nobody in who is locked. */
export function withLocks(verify: TokenVerifier, locks: Pick<Locks, "refuse">): TokenVerifier {
  return async (token, habits) => {
    const principal = await verify(token, habits);
    if (principal.operator !== true) await locks.refuse(principal.userId);
    return principal;
  };
}
