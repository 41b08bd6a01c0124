// The token of a device: asked for once, kept until it is refused or runs out.

import { isSynclineError, SynclineError } from "@syncline/core";

export interface Tokens {
  get(): Promise<string>;
  /** The next call asks for a new one, unless that happened already. */
  forget(refused: string): Promise<void>;
}

/** Keeps the token until the server refuses it; asks for one at a time. */
export function createTokens(ask: () => Promise<string>): Tokens {
  let held: Promise<string> | undefined;
  return {
    get(): Promise<string> {
      held ??= ask().catch((thrown: unknown) => {
        held = undefined;
        if (isSynclineError(thrown)) throw thrown;
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        throw new SynclineError("unauthenticated", `The app gave no token: ${why}`, {
          cause: thrown,
        });
      });
      return held;
    },
    async forget(refused: string): Promise<void> {
      const current = held;
      if ((await current) === refused && held === current) held = undefined;
    },
  };
}
