// Members: who may use a space, as its owners say.

import { SynclineError } from "@syncline/core";
import type { Role, Store } from "../store/port.ts";

/**
 * Gives a user a role in a space, or takes it away.
 * @throws {SynclineError} `conflict` when a shared space would be left without an owner: nobody could ever
 *   let anybody in again
 */
export async function setMember(
  store: Pick<Store, "setRole">,
  space: string,
  { userId, role }: { readonly userId: string; readonly role: Role | null },
): Promise<void> {
  if (userId === "" || userId.length > 128 || !userId.isWellFormed()) {
    throw new SynclineError("invalid", "A user id has 1 to 128 characters.", { path: "userId" });
  }
  if (await store.setRole(space, userId, role)) return;
  throw new SynclineError(
    "conflict",
    "A space keeps at least one owner: make somebody else an owner first.",
    { path: "userId" },
  );
}
