// Who pushed since the last frame, and how far: what a frame says `by` whom. A client id alone names nobody: two users
// may have chosen the same one, and neither may take the other's mutations for its own that were confirmed.

import type { SpaceEvent } from "../engine/contract.ts";

export interface Pushed {
  add(
    commit: Pick<Extract<SpaceEvent, { type: "commit" }>, "clientId" | "userId" | "lastMutation">,
  ): void;
  /** By client id, where one user alone pushed under it: what nearly all who follow are sent. */
  all(): ReadonlyMap<string, number>;
  /** What one follower is sent instead, where a client id is not only its own; undefined: the same as all. */
  insteadFor(userId: string, clientId: string | undefined): ReadonlyMap<string, number> | undefined;
}

export function createPushed(): Pushed {
  const clients = new Map<string, Map<string, number>>();
  const all = () => {
    const alone = new Map<string, number>();
    for (const [clientId, users] of clients) {
      const [first] = users.values();
      if (users.size === 1 && first !== undefined) alone.set(clientId, first);
    }
    return alone;
  };
  return {
    add({ clientId, userId, lastMutation }) {
      // The server's own commits are nobody's, and of those of older programs nobody knows whose.
      if (userId === undefined) return;
      const users = clients.get(clientId) ?? new Map<string, number>();
      users.set(userId, Math.max(lastMutation, users.get(userId) ?? 0));
      clients.set(clientId, users);
    },
    all,
    insteadFor(userId, clientId) {
      const users = clientId === undefined ? undefined : clients.get(clientId);
      if (clientId === undefined || users === undefined) return undefined;
      const own = users.get(userId);
      if (own !== undefined && users.size === 1) return undefined;
      const by = new Map(all());
      if (own === undefined) by.delete(clientId);
      else by.set(clientId, own);
      return by;
    },
  };
}
