// The token of a device: asked for once, kept until it is refused or runs out.

import { isSynclineError, SynclineError } from "@syncline/core";

export interface Tokens {
  get(): Promise<string>;
  /** The next call asks for a new one, unless that happened already. */
  forget(refused: string): Promise<void>;
  /** Asks this of each token before it is used; what it throws is thrown to whoever wants the token. */
  check(isRight: (token: string) => void): void;
}

/** What `fetch` says where nothing answers: Chromium, Firefox, WebKit and Node each have their words. */
const UNREACHED = /(Load|fetch) failed|to fetch/;

/** Keeps the token until the server refuses it; asks for one at a time. */
export function createTokens(ask: () => Promise<string>): Tokens {
  let held: Promise<string> | undefined;
  let check: (token: string) => void = () => undefined;
  const checked = async () => {
    const token = await ask();
    check(token);
    return token;
  };
  return {
    get(): Promise<string> {
      held ??= checked().catch((thrown: unknown) => {
        held = undefined;
        if (isSynclineError(thrown)) throw thrown;
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        const code = UNREACHED.test(why) ? "offline" : "unauthenticated";
        throw new SynclineError(code, `The app gave no token: ${why}`, {
          cause: thrown,
        });
      });
      return held;
    },
    check(isRight) {
      check = isRight;
      held = undefined;
    },
    async forget(refused: string): Promise<void> {
      const current = held;
      if ((await current) === refused && held === current) held = undefined;
    },
  };
}
