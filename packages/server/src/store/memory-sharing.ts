// What a store in memory knows of people sharing spaces.

import type { Role } from "./port.ts";
import type { InvitationRow, SharingStore } from "./sharing-port.ts";

/** What is kept of it; rows are replaced, never changed. */
export interface Shared {
  /** By space, then by user: milliseconds since 1970. */
  readonly since: Map<string, Map<string, number>>;
  readonly titles: Map<string, string>;
  /** By the hash of their code. */
  readonly invitations: Map<string, InvitationRow>;
}

interface Surroundings {
  readonly members: Map<string, Map<string, Role>>;
  /** The last stamp of a space that is there. */
  stampOf(space: string): number | undefined;
}

const RANK: { readonly [role in Role]: number } = { reader: 0, writer: 1, owner: 2 };

export const nothingShared = (): Shared => ({
  since: new Map(),
  titles: new Map(),
  invitations: new Map(),
});

export function copyOfShared({ since, titles, invitations }: Shared): Shared {
  return {
    since: new Map([...since].map(([space, users]) => [space, new Map(users)])),
    titles: new Map(titles),
    invitations: new Map(invitations),
  };
}

/** Notes when somebody became a member, and ends the invitations of who is not an owner any more. */
export function noteRole(
  shared: Shared,
  { space, userId, role }: { space: string; userId: string; role: Role | null },
  nowMs: number,
): void {
  const users = shared.since.get(space) ?? new Map<string, number>();
  shared.since.set(space, users);
  if (role === null) users.delete(userId);
  else if (!users.has(userId)) users.set(userId, nowMs);
  if (role === "owner") return;
  endInvitations(shared, (one) => one.space === space && one.by === userId);
}

/** Forgets what there is of a space. */
export function forgetSpace(shared: Shared, space: string): void {
  shared.titles.delete(space);
  shared.since.delete(space);
  endInvitations(shared, (one) => one.space === space);
}

export function endInvitations({ invitations }: Shared, ends: (one: InvitationRow) => boolean) {
  for (const [hash, one] of invitations) if (ends(one)) invitations.delete(hash);
}

export function createMemorySharing(
  shared: Shared,
  { members, stampOf }: Surroundings,
): SharingStore {
  const { since, titles, invitations } = shared;
  return {
    spacesOf: async ({ userId, app, after, limit }) =>
      [...members]
        .flatMap(([space, roles]) => {
          const role = roles.get(userId);
          if (role === undefined || !space.startsWith(`${app}/`) || space <= after) return [];
          const sinceMs = since.get(space)?.get(userId) ?? 0;
          const title = titles.get(space) ?? "";
          return [{ space, role, sinceMs, title, stamp: stampOf(space) ?? 0 }];
        })
        .sort((a, b) => (a.space < b.space ? -1 : 1))
        .slice(0, limit),
    title: async (space) => (stampOf(space) === undefined ? undefined : (titles.get(space) ?? "")),
    async setTitle(space, title) {
      if (stampOf(space) === undefined) return false;
      titles.set(space, title);
      return true;
    },
    async handOver(space, from, to) {
      const roles = members.get(space);
      if (from === to || !roles?.has(to)) return false;
      if (roles.get(from) === "owner") {
        roles.set(to, "owner");
        roles.set(from, "writer");
        endInvitations(shared, (one) => one.space === space && one.by === from);
      }
      return roles.get(to) === "owner" && roles.get(from) === "writer";
    },
    async invite(invitation) {
      const { space, createdAtMs } = invitation;
      endInvitations(shared, (one) => one.space === space && one.expiresAtMs <= createdAtMs);
      invitations.set(invitation.codeHash, invitation);
    },
    invitations: async (space, nowMs) =>
      [...invitations.values()]
        .filter((one) => one.space === space && one.expiresAtMs > nowMs && one.usesLeft > 0)
        .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)),
    invitation: async (codeHash) => invitations.get(codeHash),
    async revoke(space, id) {
      const before = invitations.size;
      endInvitations(shared, (one) => one.space === space && one.id === id);
      return invitations.size < before;
    },
    async accept(codeHash, userId, nowMs) {
      const one = invitations.get(codeHash);
      if (one === undefined || one.usesLeft < 1 || one.expiresAtMs <= nowMs) return false;
      const roles = members.get(one.space) ?? new Map<string, Role>();
      const held = roles.get(userId);
      if (held !== undefined && RANK[held] >= RANK[one.role]) return false;
      members.set(one.space, roles.set(userId, one.role));
      const users = since.get(one.space) ?? new Map<string, number>();
      since.set(one.space, users.set(userId, users.get(userId) ?? nowMs));
      invitations.set(codeHash, { ...one, usesLeft: one.usesLeft - 1 });
      return true;
    },
  };
}
