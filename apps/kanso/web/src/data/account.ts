// What a person does with his account: its devices, its password, its end.

import { isSynclineError } from "@syncline/client";
import { AccountError, askServer } from "./account-problem.ts";
import type { Session } from "./session.ts";

/** Where the account is signed in. */
export interface AccountDevice {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  /** The one that asks. */
  readonly current: boolean;
}

/** This one first, then who was there last. @throws {AccountError} */
export async function readDevices(session: Session): Promise<readonly AccountDevice[]> {
  const answer = await asked(session, "/accounts/devices", { method: "GET" });
  const { devices }: { readonly devices: readonly AccountDevice[] } = await answer.json();
  return [...devices].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.seenAtMs - a.seenAtMs,
  );
}

/** @throws {AccountError} */
export async function signOutDevice(session: Session, id: string): Promise<void> {
  await asked(session, `/accounts/devices/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** @throws {AccountError} `wrong` where the old one is; `password` where the new one is no good */
export async function changePassword(
  session: Session,
  body: { readonly password: string; readonly newPassword: string },
): Promise<void> {
  await asked(session, "/accounts/password", { body });
}

/** Takes everything of this person from the server. @throws {AccountError} */
export async function removeAccount(session: Session): Promise<void> {
  await asked(session, "/accounts/me", { method: "DELETE" });
}

/** A token may just have been refused: then there is one more try, with another. */
async function asked(
  session: Session,
  path: string,
  init: { readonly method?: string; readonly body?: object },
): Promise<Response> {
  const token = await tokenOf(session);
  try {
    return await askServer(path, { ...init, token });
  } catch (thrown) {
    if (!(thrown instanceof AccountError && thrown.problem === "over")) throw thrown;
    return await askServer(path, { ...init, token: await tokenOf(session, token) });
  }
}

async function tokenOf(session: Session, refused?: string): Promise<string> {
  try {
    return await session.token(refused);
  } catch (thrown) {
    if (isSynclineError(thrown, "unauthenticated")) throw new AccountError("over");
    throw new AccountError(isSynclineError(thrown, "offline") ? "offline" : "failed");
  }
}
