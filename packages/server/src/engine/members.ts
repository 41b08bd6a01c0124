// Members: who may use a space, as its owners say.

import { SynclineError } from "@syncline/core";
import type { Member, Role, Store } from "../store/port.ts";

/**
 * Gives a user a role in a space, or takes it away.
 * @throws {SynclineError} `conflict` when a shared space would be left without an owner: nobody could ever
 *   let anybody in again
 */
export async function setMember(
  store: Store,
  space: string,
  userId: string,
  role: Role | null,
): Promise<void> {
  if (userId === "" || userId.length > 128 || !userId.isWellFormed()) {
    throw new SynclineError("invalid", "A user id has 1 to 128 characters.", { path: "userId" });
  }
  if (role !== "owner" && !space.includes("/~")) {
    const owners = (await store.members(space)).filter((member: Member) => member.role === "owner");
    if (owners.length === 1 && owners[0]?.userId === userId) {
      throw new SynclineError(
        "conflict",
        "A space keeps at least one owner: make somebody else an owner first.",
        {
          path: "userId",
        },
      );
    }
  }
  await store.setRole(space, userId, role);
}
