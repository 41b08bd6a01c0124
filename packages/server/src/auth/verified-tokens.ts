// Tokens whose signature was checked before: until they end, the same text need not be checked again.

import { createHash } from "node:crypto";
import type { Principal } from "./principal.ts";

export interface VerifiedTokens {
  /** Whom a token names that was kept; undefined for one that was not, or has ended. A new object each time. */
  find(token: string): Principal | undefined;
  keep(token: string, principal: Principal): void;
  /** How many are kept. */
  readonly size: number;
}

/**
 * Keeps as many as fit; who was not asked for longest goes first. Of the tokens themselves only hashes are kept.
 * What may end before a token does (an account, a session, a right) is not kept: it is asked anew for each request.
 * @param max how many
 * @param now milliseconds since 1970
 */
export function createVerifiedTokens(max: number, now: () => number): VerifiedTokens {
  /** The last used stand last. */
  const kept = new Map<string, Principal>();
  return {
    find(token) {
      const hash = hashOf(token);
      const principal = kept.get(hash);
      if (principal === undefined) return undefined;
      kept.delete(hash);
      if ((principal.expiresAtMs ?? 0) <= now()) return undefined;
      kept.set(hash, principal);
      // Others remember things by this object, for one request.
      return { ...principal };
    },
    keep(token, principal) {
      kept.set(hashOf(token), principal);
      for (const oldest of kept.keys()) {
        if (kept.size <= max) break;
        kept.delete(oldest);
      }
    },
    get size() {
      return kept.size;
    },
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
