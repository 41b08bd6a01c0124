// What the engine takes from outside: time, randomness and turns of the event loop.

export interface EngineEnvironment {
  /** Milliseconds since 1970. */
  now(): number;
  /** A fresh nonce of letters and digits that nobody can guess. */
  randomId(): string;
  /** A fresh secret of 256 bits, as hex digits. */
  secret(): string;
  /** The first 96 bits of HMAC-SHA-256, as two numbers of 48. */
  mac(key: string, text: string): readonly [high: number, low: number];
  /** Runs something after what waits in this turn: pushes that arrive together are committed together. */
  defer(run: () => void): void;
}

/** What the engine tells those who watch it. All of it is optional to listen to; none may fail. */
export interface EngineEvents {
  /** A push was committed: the statuses of its mutations and how long the commit took. */
  pushed(push: { readonly statuses: readonly string[]; readonly commitMs: number }): void;
  /** A space was committed to. */
  committed(space: string): void;
  /** A delta was read. */
  delta(delta: { readonly records: number; readonly bytes: number }): void;
  /** The gate was asked about a user; failed: it did not answer, and the user may sync. */
  gated(outcome: "allowed" | "refused" | "failed"): void;
  /** Something failed that was not the caller's fault. */
  failed(what: string, thrown: unknown): void;
}

/** For who is told of nothing. */
export const UNHEARD: EngineEvents = {
  pushed: () => {},
  committed: () => {},
  delta: () => {},
  gated: () => {},
  failed: () => {},
};
