// Passkeys in SQL: the statements that SQLite and PostgreSQL share.

import type { AccountStore, PasskeyRow } from "./account-port.ts";
import type { ConsumerSql, Statement } from "./consumer-rows.ts";

const PASSKEY =
  'id, user_id AS "userId", public_key AS "publicKey", counter, transports, name, created_at_ms AS "createdAtMs", used_at_ms AS "usedAtMs"';

export function createSqlPasskeys({
  query,
  guarded,
}: Pick<ConsumerSql, "query" | "guarded">): Pick<
  AccountStore,
  | "addPasskey"
  | "passkey"
  | "passkeys"
  | "usePasskey"
  | "renamePasskey"
  | "removePasskey"
  | "dropPasskeys"
> {
  const one = async (id: string) => {
    const [row] = await query<PasskeyRow>(`SELECT ${PASSKEY} FROM passkeys WHERE id = $1`, [id]);
    return row && { ...row };
  };
  return {
    async addPasskey(passkey) {
      const { id, userId, publicKey, counter, transports, name, createdAtMs, usedAtMs } = passkey;
      await guarded([
        account(userId),
        [
          `INSERT INTO passkeys (id, user_id, public_key, counter, transports, name, created_at_ms, used_at_ms)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
          [id, userId, publicKey, counter, transports, name, createdAtMs, usedAtMs],
        ],
      ]);
      const kept = await one(id);
      return kept?.userId === userId && kept.publicKey === publicKey;
    },
    passkey: one,
    async passkeys(userId) {
      // By passkeys_user.
      const rows = await query<PasskeyRow>(
        `SELECT ${PASSKEY} FROM passkeys WHERE user_id = $1 ORDER BY created_at_ms, id`,
        [userId],
      );
      return rows.map((row) => ({ ...row }));
    },
    async usePasskey(id, { counter, atMs }) {
      const used = await query(
        `UPDATE passkeys SET counter = $2, used_at_ms = $3
         WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING 1 AS done`,
        [id, counter, atMs],
      );
      return used.length > 0;
    },
    async renamePasskey(userId, id, name) {
      const renamed = await query(
        "UPDATE passkeys SET name = $3 WHERE id = $2 AND user_id = $1 RETURNING 1 AS done",
        [userId, id, name],
      );
      return renamed.length > 0;
    },
    async removePasskey(userId, id, others) {
      if ((await one(id))?.userId !== userId) return false;
      await guarded([
        account(userId),
        [
          `DELETE FROM passkeys WHERE id = $2 AND user_id = $1
           AND (SELECT count(*) FROM passkeys WHERE user_id = $1) > $3`,
          [userId, id, others],
        ],
      ]);
      return (await one(id)) === undefined;
    },
    async dropPasskeys(userId) {
      await query("DELETE FROM passkeys WHERE user_id = $1", [userId]);
    },
  };
}

/** Whoever changes which passkeys a person has waits here for whoever else does. */
function account(userId: string): Statement {
  return ["UPDATE accounts SET secret = secret WHERE user_id = $1 RETURNING 1 AS done", [userId]];
}
