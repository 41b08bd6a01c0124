// The audit: who did what with rights over others. One way to note it, for the server and for the command line.

import { createHash } from "node:crypto";
import { isSynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import { uuid7 } from "../keys/uuid7.ts";
import type { AuditRow, AuditStore } from "../store/audit-port.ts";

export interface Actor {
  /**
   * `user`: a person or a device, by token or API key. `operator`: whoever ran a command, by the name that the system
   * knows. `admin`: an admin key, by its id. `service`: a service of another system's. `program`: the program that the
   * server is a part of.
   */
  readonly kind: "user" | "operator" | "admin" | "service" | "program";
  readonly id: string;
}

export type AuditAction =
  | "account.delete"
  | "admin.call"
  | "admin.refused"
  | "audit.prune"
  | "audit.read"
  | "backup"
  | "consumer.forget"
  | "consumer.retry"
  | "erase"
  | "export"
  | "import"
  | "invitation.accept"
  | "invitation.create"
  | "invitation.revoke"
  | "key.create"
  | "key.exchange"
  | "key.revoke"
  | "key.rotate-cursors"
  | "key.setup"
  | "key.take-in"
  | "member.remove"
  | "member.set"
  | "move"
  | "owner.hand-over"
  | "passkey.add"
  | "passkey.remove"
  | "restore"
  | "rule.add"
  | "space.create"
  | "space.delete"
  | "space.read"
  | "user.add"
  | "user.delete"
  | "user.export"
  | "user.list"
  | "user.lock"
  | "user.reset"
  | "user.show"
  | "user.sign-out"
  | "user.unlock";

/** What somebody does. Ids and names, never a password, a key, a code or what a record holds. */
export interface Act {
  readonly actor: Actor;
  readonly action: AuditAction;
  /** A user's id or a space; the whole installation where left out. */
  readonly target?: string;
  readonly details?: { readonly [name: string]: unknown };
}

export interface Audit {
  /** Notes an act; once it resolves, the entry is as durable as a commit. */
  note(act: Act): Promise<void>;
  /**
   * Notes an act, does it, and notes it once more, with the error's code, where it fails: what operators do is not done
   * where it cannot be noted.
   */
  during<Result>(act: Act, work: () => Promise<Result>): Promise<Result>;
}

/** @param now milliseconds since 1970 */
export function createAudit(store: Pick<AuditStore, "append">, now: () => number): Audit {
  let lastMs = 0;
  async function note({ actor, action, target = "", details = {} }: Act): Promise<string> {
    const atMs = now();
    // What one process notes stands in the order in which it did, whatever its clock says.
    lastMs = Math.max(atMs, lastMs + 1);
    const id = uuid7(lastMs);
    const { kind, id: name } = actor;
    const text = JSON.stringify(details);
    await store.append({ id, atMs, kind, actor: name, action, target, details: text });
    return id;
  }
  return {
    note: async (act) => void (await note(act)),
    async during(act, work) {
      const id = await note(act);
      try {
        return await work();
      } catch (thrown) {
        const failed = isSynclineError(thrown) ? thrown.code : "internal";
        await note({ ...act, details: { ...act.details, failed, entry: id } });
        throw thrown;
      }
    },
  };
}

/** Who a caller is, to the audit. */
export function actorOf({ userId, operator }: Principal): Actor {
  return { kind: operator === true ? "operator" : "user", id: userId };
}

/**
 * What the audit calls who was erased, in the entry of that: whoever knows the id finds it, and nobody reads the id there.
 */
export function erasedName(userId: string): string {
  return `erased:${createHash("sha256").update(userId).digest("hex").slice(0, 16)}`;
}

/** The names under which entries about a user, or a space, may stand. */
export function namesOf(about: string): readonly string[] {
  return [about, erasedName(about)];
}

/** The id that all entries of a moment and later are at or behind. @param atMs milliseconds since 1970 */
export function auditIdAt(atMs: number): string {
  const ms = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, "0").slice(-12);
  return `${ms.slice(0, 8)}-${ms.slice(8)}`;
}

/** An entry as it is shown and exported. */
export interface AuditEntry {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly action: string;
  readonly target: string;
  readonly details: { readonly [name: string]: unknown };
}

export function toAuditEntry({
  id,
  atMs,
  kind,
  actor,
  action,
  target,
  details,
}: AuditRow): AuditEntry {
  return {
    id,
    at: new Date(atMs).toISOString(),
    actor: { kind, id: actor },
    action,
    target,
    details: JSON.parse(details) as AuditEntry["details"], // what `note` wrote
  };
}

const PAGE = 500;

/** Entries page by page, oldest first. */
export async function* auditEntries(
  store: Pick<AuditStore, "list">,
  { from = "", about }: { readonly from?: string; readonly about?: string } = {},
): AsyncGenerator<AuditEntry> {
  const whose = about === undefined ? {} : { about: namesOf(about) };
  for (let after = from; ; ) {
    const page = await store.list({ from: after, limit: PAGE, ...whose });
    for (const row of page) yield toAuditEntry(row);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
