// Who is signed in on this device, and a token of theirs whenever the server wants one.
// Put your own sign-in here: `token` gives a JWT that the server's --jwks-url, --public-key-file or --auth-secret knows.

import { SynclineError } from "@syncline/client";

export interface Account {
  readonly userId: string;
}

/** While you develop, the address says it: `/?user=ann`. */
export function account(): Account {
  return { userId: new URLSearchParams(location.search).get("user") ?? "me" };
}

export async function token(): Promise<string> {
  const answer = await fetch(`/token?user=${encodeURIComponent(account().userId)}`).catch(() => {
    throw new SynclineError("offline");
  });
  if (answer.ok) return await answer.text();
  throw new SynclineError(answer.status === 401 ? "unauthenticated" : "unavailable");
}
