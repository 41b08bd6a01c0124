// Finds which key of another server somebody shows, where only hashes of bcrypt are known: slow, and so one at a time.

import { SynclineError } from "@syncline/core";
import { isBcryptPassword } from "../accounts/bcrypt.ts";
import { hashOf } from "./secrets.ts";

/** Whoever shows keys that are none must not keep those waiting for long who show one. */
const MAX_WAITING = 8;
const BUSY_RETRY_SECONDS = 5;
/** Keys that were none are known as such, so that a client that asks again and again costs one search. */
const MAX_REMEMBERED = 10_000;

export interface KeyMatcher {
  /**
   * @param ids what is searched, in this order
   * @param hashOfId the hash of bcrypt under an id; undefined where there is none any more
   * @returns the id whose hash it is
   * @throws {SynclineError} `unavailable` while too many are searched for
   */
  find(
    key: string,
    ids: readonly string[],
    hashOfId: (id: string) => Promise<string | undefined>,
  ): Promise<string | undefined>;
}

export function createKeyMatcher(): KeyMatcher {
  /** Which ids a key is none of, by the key's hash. */
  const misses = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function search(
    key: string,
    ids: readonly string[],
    hashOfId: (id: string) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    for (const id of ids) {
      const hash = await hashOfId(id);
      if (hash !== undefined && (await isBcryptPassword(key, hash))) return id;
    }
    return undefined;
  }

  return {
    async find(key, ids, hashOfId) {
      const name = hashOf(key);
      const among = hashOf(ids.join());
      if (misses.get(name) === among) return undefined;
      if (waiting >= MAX_WAITING)
        throw new SynclineError("unavailable", "Too many unknown keys are looked up just now.", {
          retryAfter: BUSY_RETRY_SECONDS,
        });
      waiting += 1;
      const found = last.then(() => search(key, ids, hashOfId));
      // Whoever comes next waits for its end, however it ends.
      last = found.catch(() => undefined);
      try {
        const id = await found;
        if (id === undefined) {
          const [oldest] = misses.keys();
          if (misses.size >= MAX_REMEMBERED && oldest !== undefined) misses.delete(oldest);
          misses.set(name, among);
        }
        return id;
      } finally {
        waiting -= 1;
      }
    },
  };
}
