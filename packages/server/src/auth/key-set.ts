// The keys behind a JWKS address: fetched rarely, kept through an outage, never trusted for more than they are.

import { SynclineError } from "@syncline/core";
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { fetchKeySet } from "./fetch-key-set.ts";

export interface KeySetOptions {
  readonly url: URL;
  /** Whether the address may lie in a private network. */
  readonly privateNetwork: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Told when the keys could not be fetched; what is cached may still serve. */
  failed(thrown: unknown): void;
}

/** After so long keys are fetched again before they are used: a key that was withdrawn is refused by then. */
const FRESH_MS = 5 * 60_000;
/** While they cannot be fetched, they are used for so long. */
const STALE_MS = 60 * 60_000;
/** Between the beginnings of two fetches: ten a minute at most, whatever tokens arrive. */
const FETCH_EVERY_MS = 6_000;
const RETRY_AFTER_SECONDS = 5;

/**
 * Finds the key of a token in a set that is fetched from an address, one fetch at a time.
 * It throws `unavailable` when no keys are there to be used, and jose's `JWKSNoMatchingKey`.
 */
export function createKeySet({ url, privateNetwork, now, failed }: KeySetOptions): JWTVerifyGetKey {
  let held: { readonly find: JWTVerifyGetKey; readonly fetchedAtMs: number } | undefined;
  let pending: Promise<void> | undefined;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let lastFailed = false;

  async function fetchOnce(): Promise<void> {
    try {
      const fetched = await fetchKeySet(url, { privateNetwork });
      // A symmetric key in a public document is no secret: only keys of a pair are looked at.
      const keys = fetched.keys.filter(({ kty }) => kty !== "oct");
      held = { find: createLocalJWKSet({ keys }), fetchedAtMs: now() };
      lastFailed = false;
    } catch (thrown) {
      lastFailed = true;
      failed(thrown);
    } finally {
      pending = undefined;
    }
  }

  /** Joins the fetch that runs, or begins one if it is time. Never rejects. */
  function refresh(): Promise<void> {
    if (pending !== undefined) return pending;
    if (now() - startedAtMs < FETCH_EVERY_MS) return Promise.resolve();
    startedAtMs = now();
    pending = fetchOnce();
    return pending;
  }

  function usable(): JWTVerifyGetKey {
    if (held !== undefined && now() - held.fetchedAtMs <= STALE_MS) return held.find;
    throw new SynclineError("unavailable", "The keys for checking tokens cannot be fetched now.", {
      retryAfter: RETRY_AFTER_SECONDS,
    });
  }

  return async (header, token) => {
    const ageMs = held === undefined ? Number.POSITIVE_INFINITY : now() - held.fetchedAtMs;
    if (ageMs > FRESH_MS) {
      const fetched = refresh();
      // During an outage nobody waits for an answer that will hardly come.
      if (!lastFailed || ageMs > STALE_MS) await fetched;
    }
    try {
      return await usable()(header, token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey) || header?.kid === undefined) throw thrown;
      await refresh();
      return await usable()(header, token);
    }
  };
}
