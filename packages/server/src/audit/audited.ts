// Engine, keys and accounts that note what is done with them. What people may do is noted once it is done: an attempt that was
// refused is none, and nobody fills the audit with them. Who has an error for an answer does it again, and it is noted then.

import { personalSpace, type SpaceAddress } from "@syncline/core";
import type { Accounts } from "../accounts/accounts.ts";
import type { Passkeys } from "../accounts/passkeys.ts";
import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import type { KeyStore } from "../keys/index.ts";
import { type Actor, type Audit, actorOf, erasedName } from "./audit.ts";

function spaceOf({ userId }: Principal, { app, name }: SpaceAddress): string {
  return `${app}/${name === "~" ? personalSpace(userId) : name}`;
}

/** Members, invitations, owners and rules, by whomever they are changed. */
export function auditedEngine(engine: Engine, audit: Audit): Engine {
  const noteRules = async (principal: Principal, address: SpaceAddress, rules: number) => {
    if (rules === 0) return;
    const target = spaceOf(principal, address);
    await audit.note({ actor: actorOf(principal), action: "rule.add", target, details: { rules } });
  };
  return {
    ...engine,
    async setMember(principal, address, member) {
      await engine.setMember(principal, address, member);
      const { userId, role } = member;
      await audit.note({
        actor: actorOf(principal),
        action: role === null ? "member.remove" : "member.set",
        target: spaceOf(principal, address),
        details: { user: userId, ...(role === null ? {} : { role }) },
      });
    },
    async handOver(principal, address, userId) {
      await engine.handOver(principal, address, userId);
      const target = spaceOf(principal, address);
      const actor = actorOf(principal);
      await audit.note({ actor, action: "owner.hand-over", target, details: { user: userId } });
    },
    async addRules(principal, address, rules) {
      const added = await engine.addRules(principal, address, rules);
      await noteRules(principal, address, added.length);
      return added;
    },
    async setUpSpace(principal, address, setUp) {
      await engine.setUpSpace(principal, address, setUp);
      await noteRules(principal, address, setUp.rules?.length ?? 0);
    },
    async invite(principal, address, invitation) {
      const made = await engine.invite(principal, address, invitation);
      const { id, role, usesLeft, forAddress } = made;
      await audit.note({
        actor: actorOf(principal),
        action: "invitation.create",
        target: spaceOf(principal, address),
        details: { invitation: id, role, uses: usesLeft, forAddress },
      });
      return made;
    },
    async revokeInvitation(principal, address, id) {
      await engine.revokeInvitation(principal, address, id);
      const target = spaceOf(principal, address);
      const actor = actorOf(principal);
      await audit.note({ actor, action: "invitation.revoke", target, details: { invitation: id } });
    },
    async acceptInvitation(principal, app, code) {
      const joined = await engine.acceptInvitation(principal, app, code);
      const { space, role } = joined;
      const actor = actorOf(principal);
      await audit.note({ actor, action: "invitation.accept", target: space, details: { role } });
      return joined;
    },
  };
}

/**
 * Keys, as one who makes or revokes them has them. A key or a code is noted before anybody is shown it: where that fails nobody
 * has it.
 */
export function auditedKeys(keys: KeyStore, audit: Audit, actor: Actor): KeyStore {
  return {
    ...keys,
    async takeIn(users) {
      const details = { users: users.length };
      return await audit.during({ actor, action: "key.take-in", details }, () =>
        keys.takeIn(users),
      );
    },
    async createKey(user, options = {}) {
      const made = await keys.createKey(user, options);
      const { uuid, scopes, expiresAtMs } = made.info;
      const details = { key: uuid, scopes, expiresAtMs };
      await audit.note({ actor, action: "key.create", target: user, details });
      return made;
    },
    async issueSetup(user) {
      const issued = await keys.issueSetup(user);
      const details = { expiresAtMs: issued.expiresAtMs };
      await audit.note({ actor, action: "key.setup", target: user, details });
      return issued;
    },
    revoke: (user, uuid) =>
      audit.during({ actor, action: "key.revoke", target: user, details: { key: uuid } }, () =>
        keys.revoke(user, uuid),
      ),
    revokeAll: (user) =>
      audit.during({ actor, action: "key.revoke", target: user, details: { key: "all" } }, () =>
        keys.revokeAll(user),
      ),
  };
}

/** Accounts that note that somebody deleted the own one, or changed by which passkeys it is signed in to. */
export function auditedAccounts(accounts: Accounts, audit: Audit): Accounts {
  return {
    ...accounts,
    passkeys: accounts.passkeys && auditedPasskeys(accounts.passkeys, audit),
    async remove(principal) {
      await accounts.remove(principal);
      const name = erasedName(principal.userId);
      const actor: Actor = { kind: "user", id: name };
      await audit.note({ actor, action: "account.delete", target: name });
    },
  };
}

function auditedPasskeys(passkeys: Passkeys, audit: Audit): Passkeys {
  const note = (action: "passkey.add" | "passkey.remove", userId: string, passkey: string) =>
    audit.note({
      actor: { kind: "user", id: userId },
      action,
      target: userId,
      details: { passkey },
    });
  return {
    ...passkeys,
    async add(principal, credential, name) {
      const added = await passkeys.add(principal, credential, name);
      await note("passkey.add", principal.userId, added.id);
      return added;
    },
    async remove(userId, id) {
      const removed = await passkeys.remove(userId, id);
      if (removed) await note("passkey.remove", userId, id);
      return removed;
    },
  };
}
