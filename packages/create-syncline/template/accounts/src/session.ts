// Who is signed in on this device, and a token of theirs whenever the server wants one.

import { SynclineError } from "@syncline/client";

export interface Account {
  readonly userId: string;
  readonly email: string;
}

const KEY = "account";

/** Known without a network, too: the data of whom is on this device. */
export function account(): Account | null {
  return JSON.parse(localStorage.getItem(KEY) ?? "null");
}

/** @param isNew whether the account is made first */
export async function signIn(email: string, password: string, isNew: boolean): Promise<void> {
  if (isNew) await ask("register", { email, password });
  const { account } = await ask("login", { email, password, keep: "cookie" });
  localStorage.setItem(KEY, JSON.stringify(account));
}

export async function signOut(): Promise<void> {
  localStorage.removeItem(KEY);
  await ask("sign-out", {});
}

/** The cookie that renews the session is good once: one tab at a time. */
export async function token(): Promise<string> {
  return await navigator.locks.request(KEY, async () => (await ask("refresh", { keep: "cookie" })).token);
}

/** @throws {SynclineError} with the server's own words, or `offline` where it is not reached */
async function ask(path: string, body: object) {
  const answer = await fetch(`/accounts/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new SynclineError("offline");
  });
  const text = await answer.text();
  const said = text.startsWith("{") ? JSON.parse(text) : {};
  if (answer.ok) return said;
  throw new SynclineError(said.error?.code ?? "unavailable", said.error?.message);
}
