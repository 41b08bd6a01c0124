// Accounts in SQL: the statements that SQLite and PostgreSQL share.

import type { AccountRow, AccountStore } from "./account-port.ts";
import type { ConsumerSql, Statement } from "./consumer-rows.ts";

const COLUMNS = 'user_id AS "userId", email, secret, created_at_ms AS "createdAtMs"';
/** What holds rows of a space, the space itself last: its row is what commits lock. */
const TABLES = ["records", "changes", "clients", "members", "consumers", "dead_letters", "spaces"];

/** @param nameOf the expression of a space's own name, after its app */
export function createSqlAccounts(
  { query, guarded }: Pick<ConsumerSql, "query" | "guarded">,
  nameOf: string,
): AccountStore {
  const one = async (column: "user_id" | "email", value: string) => {
    const [row] = await query<AccountRow>(`SELECT ${COLUMNS} FROM accounts WHERE ${column} = $1`, [
      value,
    ]);
    return row && { ...row };
  };
  return {
    async create({ userId, email, secret, createdAtMs }) {
      const made = await query(
        `INSERT INTO accounts (user_id, email, secret, created_at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING 1 AS done`,
        [userId, email, secret, createdAtMs],
      );
      return made.length > 0;
    },
    byEmail: (email) => one("email", email),
    byUser: (userId) => one("user_id", userId),
    async remove(userId, spaceName) {
      const own = `SELECT space FROM spaces WHERE ${nameOf} = $1`;
      await guarded([
        ["SELECT 1 AS always", []],
        // Commits lock the space first, and so does this: neither waits for what the other has.
        [`UPDATE spaces SET epoch = epoch WHERE ${nameOf} = $1`, [spaceName]],
        ...TABLES.map(
          (table): Statement => [`DELETE FROM ${table} WHERE space IN (${own})`, [spaceName]],
        ),
        ["DELETE FROM members WHERE user_id = $1", [userId]],
        ["DELETE FROM accounts WHERE user_id = $1", [userId]],
      ]);
    },
  };
}
