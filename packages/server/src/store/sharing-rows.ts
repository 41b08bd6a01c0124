// Sharing in SQL: the statements that SQLite and PostgreSQL share.

import type { ConsumerSql, Statement } from "./consumer-rows.ts";
import type { Role } from "./port.ts";
import type { InvitationRow, ListedSpace, SharingStore } from "./sharing-port.ts";

const COLUMNS =
  'id, space, role, code_hash AS "codeHash", address_hash AS "addressHash", uses_left AS "usesLeft", expires_at_ms AS "expiresAtMs", created_at_ms AS "createdAtMs", by_user AS "by"';
/** Whether a role that is held is below one that is offered. */
const isBelow = (held: string, offered: string) =>
  `(${held} = 'reader' AND ${offered} <> 'reader' OR ${held} = 'writer' AND ${offered} = 'owner')`;

/**
 * Ends the invitations of somebody whose role in a space becomes another one.
 * @returns nothing to run where an owner's stay
 */
export function endingInvitations(space: string, by: string, role: Role | null): Statement[] {
  if (role === "owner") return [];
  return [["DELETE FROM invitations WHERE space = $1 AND by_user = $2", [space, by]]];
}

/** @param lock what a statement ends with that keeps the rows it read from changing until its transaction's end */
export function createSqlSharing(
  { query, guarded }: Pick<ConsumerSql, "query" | "guarded">,
  lock: "" | " FOR UPDATE",
): SharingStore {
  return {
    async spacesOf({ userId, app, after, limit }) {
      // By members_space_of_user. The range of names that begin with "app/": "0" follows "/".
      const rows = await query<ListedSpace>(
        `SELECT m.space AS space, m.role AS role, m.since_ms AS "sinceMs", coalesce(s.title, '') AS title,
           coalesce(s.stamp, 0) AS stamp
         FROM members m LEFT JOIN spaces s ON s.space = m.space
         WHERE m.user_id = $1 AND m.space > $2 AND m.space > $3 AND m.space < $4 ORDER BY m.space LIMIT $5`,
        [userId, after, `${app}/`, `${app}0`, limit],
      );
      return rows.map((row) => ({ ...row }));
    },
    async title(space) {
      const [row] = await query<{ title: string }>("SELECT title FROM spaces WHERE space = $1", [
        space,
      ]);
      return row?.title;
    },
    async setTitle(space, title) {
      const set = await query("UPDATE spaces SET title = $2 WHERE space = $1 RETURNING 1 AS done", [
        space,
        title,
      ]);
      return set.length > 0;
    },
    async handOver(space, from, to) {
      if (from === to) return false;
      await guarded([
        // All of them, in one order: who takes a role away at the same moment waits, and sees what became of it.
        [`SELECT user_id FROM members WHERE space = $1 ORDER BY user_id${lock}`, [space]],
        [
          `UPDATE members SET role = CASE WHEN user_id = $2 THEN 'writer' ELSE 'owner' END
           WHERE space = $1 AND user_id IN ($2, $3)
             AND (SELECT role FROM members WHERE space = $1 AND user_id = $2) = 'owner'
             AND EXISTS (SELECT 1 FROM members WHERE space = $1 AND user_id = $3)`,
          [space, from, to],
        ],
        [
          `DELETE FROM invitations WHERE space = $1 AND by_user = $2
             AND (SELECT role FROM members WHERE space = $1 AND user_id = $2) <> 'owner'`,
          [space, from],
        ],
      ]);
      const [done] = await query(
        `SELECT 1 AS done FROM members a JOIN members b ON b.space = a.space
         WHERE a.space = $1 AND a.user_id = $2 AND a.role = 'writer' AND b.user_id = $3 AND b.role = 'owner'`,
        [space, from, to],
      );
      return done !== undefined;
    },
    async invite(invitation) {
      const { id, space, role, codeHash, addressHash, usesLeft } = invitation;
      const { expiresAtMs, createdAtMs, by } = invitation;
      await guarded([
        [
          `INSERT INTO invitations (id, space, role, code_hash, address_hash, uses_left, expires_at_ms, created_at_ms, by_user)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING 1 AS done`,
          [id, space, role, codeHash, addressHash, usesLeft, expiresAtMs, createdAtMs, by],
        ],
        ["DELETE FROM invitations WHERE space = $1 AND expires_at_ms <= $2", [space, createdAtMs]],
      ]);
    },
    async invitations(space, nowMs) {
      const rows = await query<InvitationRow>(
        `SELECT ${COLUMNS} FROM invitations WHERE space = $1 AND expires_at_ms > $2 AND uses_left > 0
         ORDER BY created_at_ms, id`,
        [space, nowMs],
      );
      return rows.map((row) => ({ ...row }));
    },
    async invitation(codeHash) {
      const [row] = await query<InvitationRow>(
        `SELECT ${COLUMNS} FROM invitations WHERE code_hash = $1`,
        [codeHash],
      );
      return row && { ...row };
    },
    async revoke(space, id) {
      const revoked = await query(
        "DELETE FROM invitations WHERE space = $1 AND id = $2 RETURNING 1 AS done",
        [space, id],
      );
      return revoked.length > 0;
    },
    accept: (codeHash, userId, nowMs) =>
      guarded([
        [
          `UPDATE invitations SET uses_left = uses_left - 1
           WHERE code_hash = $1 AND uses_left > 0 AND expires_at_ms > $3 AND NOT EXISTS (
             SELECT 1 FROM members m WHERE m.space = invitations.space AND m.user_id = $2
               AND NOT ${isBelow("m.role", "invitations.role")})
           RETURNING 1 AS done`,
          [codeHash, userId, nowMs],
        ],
        [
          `INSERT INTO members (space, user_id, role, since_ms)
           SELECT space, $2, role, $3 FROM invitations WHERE code_hash = $1
           ON CONFLICT (space, user_id) DO UPDATE SET role = excluded.role
           WHERE ${isBelow("members.role", "excluded.role")}`,
          [codeHash, userId, nowMs],
        ],
      ]),
  };
}
