// Whose data a device holds: once the server has taken one user's token, no other user's is sent from here.

import { SynclineError } from "@syncline/core";
import type { LocalStore } from "./store/port.ts";
import type { StreamPart, Transport } from "./transport/port.ts";

export interface Session {
  /** @throws {SynclineError} `forbidden` when the device holds another user's data */
  check(token: string): void;
  /** The transport that remembers, with the first answer, who was answered. */
  over(transport: Transport): Transport;
}

/**
 * @param stated the user, where the app says so itself: for tokens that do not say whose they are. A token with
 *   another `sub` is refused. The token is not verified here: that is the server's part.
 * @throws {SynclineError} `forbidden` when the device holds another user's data
 */
export async function openSession(store: LocalStore, stated: string | undefined): Promise<Session> {
  let owner = (await store.device())?.userId ?? null;
  let current = stated;

  function admit(userId: string | undefined, path: "userId" | "token"): void {
    const held = owner ?? stated ?? null;
    if (userId !== undefined && held !== null && userId !== held) {
      throw new SynclineError(
        "forbidden",
        owner === null
          ? "This token's `sub` is not the `userId` that the app states."
          : "This device holds another user's data: sign out first, or open another database.",
        { path },
      );
    }
    current = userId ?? stated;
  }

  async function remember(): Promise<void> {
    if (owner !== null || current === undefined) return;
    owner = current;
    await store.saveDevice({ userId: owner });
  }

  // Whatever the app states: a token says to whose account everything is sent.
  const check = (token: string) => admit(subjectOf(token), "token");

  admit(stated, "userId");
  return {
    check,
    over(transport) {
      transport.checkTokens?.(check);
      return {
        async sync(space, request, options) {
          const answer = await transport.sync(space, request, options);
          await remember();
          return answer;
        },
        async pull(space, request, options) {
          const answer = await transport.pull(space, request, options);
          await remember();
          return answer;
        },
        async *stream(space, request, options): AsyncGenerator<StreamPart> {
          for await (const part of transport.stream(space, request, options)) {
            await remember();
            yield part;
          }
        },
        ...(transport.live === undefined ? {} : { live: transport.live }),
        ...(transport.call === undefined ? {} : { call: transport.call.bind(transport) }),
        close: () => transport.close(),
      };
    },
  };
}

/** The `sub` of a JSON web token; undefined for tokens of other kinds. */
function subjectOf(token: string): string | undefined {
  const [, payload = ""] = token.split(".");
  try {
    const base64 = payload.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const bag = typeof claims === "object" && claims !== null ? claims : {};
    return "sub" in bag && typeof bag.sub === "string" ? bag.sub : undefined;
  } catch {
    // No JSON web token: only the server knows whose it is.
    return undefined;
  }
}
