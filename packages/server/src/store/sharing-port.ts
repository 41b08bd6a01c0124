// What stores know of people sharing spaces: whose spaces are whose, who is invited, and who hands what over.

import type { Role } from "./port.ts";

/** A space as one of its members finds it in a list. */
export interface ListedSpace {
  readonly space: string;
  readonly role: Role;
  /** Milliseconds since 1970; 0 where a program wrote it that did not say. */
  readonly sinceMs: number;
  /** Empty where nobody gave it one. */
  readonly title: string;
  /** The space's last commit; 0 before the first. */
  readonly stamp: number;
}

export interface InvitationRow {
  readonly id: string;
  readonly space: string;
  readonly role: Role;
  /** Of the code that accepts it: the code itself is nowhere. */
  readonly codeHash: string;
  /** Of the e-mail address that it is for; empty: whoever has the code may accept it. */
  readonly addressHash: string;
  readonly usesLeft: number;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
  /** Who invited. */
  readonly by: string;
}

/**
 * Promises:
 * - [SH1] A list holds what memberships say at that moment, of one app, in the order of the names, each once.
 * - [SH2] `handOver` is one step: whatever happens at once, a space that has an owner keeps one.
 * - [SH3] Of any number that accept an invitation at once, no more become members than it had uses left.
 * - [SH4] Accepting never lowers a role, and takes no use where it would change nothing.
 * - [SH5] Neither what expired, nor what was revoked, lets anybody in.
 * - [SH6] When a member is removed or is an owner no more, the invitations that it gave out end in the same step.
 * - [SH7] Titles and invitations go with their space, and are in backups.
 */
export interface SharingStore {
  spacesOf(query: {
    readonly userId: string;
    readonly app: string;
    /** Spaces after this name. */
    readonly after: string;
    readonly limit: number;
  }): Promise<ListedSpace[]>;
  /** Undefined when there is no such space. */
  title(space: string): Promise<string | undefined>;
  /** False when there is no such space. */
  setTitle(space: string, title: string): Promise<boolean>;
  /**
   * Makes another member owner, and the owner a writer. Repeating it changes nothing.
   * @returns false where `from` is not an owner, or `to` not a member
   */
  handOver(space: string, from: string, to: string): Promise<boolean>;
  /** Keeps an invitation; those of the space that have expired are forgotten. */
  invite(invitation: InvitationRow): Promise<void>;
  /** A space's invitations that can still be accepted at a time, oldest first. */
  invitations(space: string, nowMs: number): Promise<InvitationRow[]>;
  /** The one that a code belongs to, expired or used up, too. */
  invitation(codeHash: string): Promise<InvitationRow | undefined>;
  /** False when there is no such invitation in the space. */
  revoke(space: string, id: string): Promise<boolean>;
  /** @returns false where it cannot be accepted any more, or would change nothing */
  accept(codeHash: string, userId: string, nowMs: number): Promise<boolean>;
}
