// Members: who may use a space, as its owners say.

import { SynclineError } from "@syncline/core";
import type { Role, Store } from "../store/port.ts";

export type SetMember = (space: string, userId: string, role: Role | null) => Promise<void>;

/** Makes the function that gives users roles, one after the other: two owners cannot remove each other at once. */
export function createSetMember(store: Store): SetMember {
  let last: Promise<unknown> = Promise.resolve();
  return (space, userId, role) => {
    const turn = last.then(() => setMember(store, space, userId, role));
    last = turn.catch(() => undefined); // the caller hears of it
    return turn;
  };
}

/**
 * Gives a user a role in a space, or takes it away.
 * @throws {SynclineError} `conflict` when a shared space would be left without an owner: nobody could ever
 *   let anybody in again
 */
async function setMember(
  store: Store,
  space: string,
  userId: string,
  role: Role | null,
): Promise<void> {
  if (userId === "" || userId.length > 128 || !userId.isWellFormed()) {
    throw new SynclineError("invalid", "A user id has 1 to 128 characters.", { path: "userId" });
  }
  if (role !== "owner" && !space.includes("/~")) {
    const owners = (await store.members(space)).filter((member) => member.role === "owner");
    if (owners.length === 1 && owners[0]?.userId === userId) {
      throw new SynclineError(
        "conflict",
        "A space keeps at least one owner: make somebody else an owner first.",
        { path: "userId" },
      );
    }
  }
  await store.setRole(space, userId, role);
}
