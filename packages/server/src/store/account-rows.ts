// Accounts in SQL: the statements that SQLite and PostgreSQL share.

import type { AccountRow, AccountStore, Identity, LinkRow, SessionRow } from "./account-port.ts";
import type { ConsumerSql, Statement } from "./consumer-rows.ts";
import { createSqlPasskeys } from "./passkey-rows.ts";

const COLUMNS =
  'user_id AS "userId", email, secret, created_at_ms AS "createdAtMs", verified_at_ms AS "verifiedAtMs"';
const LINK = 'hash, purpose, user_id AS "userId", email, secret, expires_at_ms AS "expiresAtMs"';
const SESSION =
  'session_id AS "sessionId", user_id AS "userId", device, refresh, previous, created_at_ms AS "createdAtMs", seen_at_ms AS "seenAtMs"';
/** What holds rows of a space, the space itself last: its row is what commits lock. */
const TABLES = [
  "records",
  "changes",
  "clients",
  "members",
  "invitations",
  "consumers",
  "dead_letters",
  "spaces",
];

/** @param nameOf the expression of a space's own name, after its app */
export function createSqlAccounts(
  { query, guarded, isOneOf }: Pick<ConsumerSql, "query" | "guarded" | "isOneOf">,
  nameOf: string,
): AccountStore {
  const one = async (column: "user_id" | "email", value: string) => {
    const [row] = await query<AccountRow>(`SELECT ${COLUMNS} FROM accounts WHERE ${column} = $1`, [
      value,
    ]);
    return row && { ...row };
  };
  return {
    async create({ userId, email, secret, createdAtMs, verifiedAtMs }) {
      const made = await query(
        `INSERT INTO accounts (user_id, email, secret, created_at_ms, verified_at_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING RETURNING 1 AS done`,
        [userId, email, secret, createdAtMs, verifiedAtMs],
      );
      return made.length > 0;
    },
    byEmail: (email) => one("email", email),
    byUser: (userId) => one("user_id", userId),
    async list({ after, limit }) {
      const rows = await query<AccountRow>(
        `SELECT ${COLUMNS} FROM accounts WHERE user_id > $1 ORDER BY user_id LIMIT $2`,
        [after, limit],
      );
      return rows.map((row) => ({ ...row }));
    },
    async setSecret(userId, secret, from) {
      const over = from === undefined ? "" : " AND secret = $3";
      await query(`UPDATE accounts SET secret = $2 WHERE user_id = $1${over}`, [
        ...[userId, secret],
        ...(from === undefined ? [] : [from]),
      ]);
    },
    async setVerified(userId, atMs) {
      await query(
        "UPDATE accounts SET verified_at_ms = $2 WHERE user_id = $1 AND verified_at_ms = 0",
        [userId, atMs],
      );
    },
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
        ["DELETE FROM invitations WHERE by_user = $1", [userId]],
        // What its pushes were answered with in spaces of others: conflicts hold records.
        ["DELETE FROM clients WHERE user_id = $1", [userId]],
        ["DELETE FROM sessions WHERE user_id = $1", [userId]],
        // By account_identities_user.
        ["DELETE FROM account_identities WHERE user_id = $1", [userId]],
        // By account_links_user and account_links_email.
        ["DELETE FROM account_links WHERE user_id = $1", [userId]],
        [
          "DELETE FROM account_links WHERE email IN (SELECT email FROM accounts WHERE user_id = $1)",
          [userId],
        ],
        ["DELETE FROM accounts WHERE user_id = $1", [userId]],
        // By passkeys_user. After the account, whose row whoever adds one locks.
        ["DELETE FROM passkeys WHERE user_id = $1", [userId]],
      ]);
    },
    async spacesNamed(spaceName) {
      const rows = await query<{ space: string }>(
        `SELECT space FROM spaces WHERE ${nameOf} = $1 ORDER BY space`,
        [spaceName],
      );
      return rows.map(({ space }) => space);
    },
    async present(asked) {
      if (asked.length === 0) return [];
      const users = [...new Set(asked.map(({ userId }) => userId))];
      const sessions = asked.flatMap(({ sessionId }) => sessionId ?? []);
      const there = await query<{ userId: string }>(
        `SELECT user_id AS "userId" FROM accounts WHERE ${isOneOf("user_id", "$1")}`,
        [JSON.stringify(users)],
      );
      const open = await query<{ sessionId: string; userId: string }>(
        `SELECT session_id AS "sessionId", user_id AS "userId" FROM sessions WHERE ${isOneOf("session_id", "$1")}`,
        [JSON.stringify(sessions)],
      );
      const known = new Set(there.map(({ userId }) => userId));
      const owners = new Map(open.map(({ sessionId, userId }) => [sessionId, userId]));
      return asked.map(
        ({ userId, sessionId }) =>
          known.has(userId) && (sessionId === undefined || owners.get(sessionId) === userId),
      );
    },
    async openSession(session) {
      const { sessionId, userId, device, refresh, previous, createdAtMs, seenAtMs } = session;
      await query(
        `INSERT INTO sessions (session_id, user_id, device, refresh, previous, created_at_ms, seen_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [sessionId, userId, device, refresh, previous, createdAtMs, seenAtMs],
      );
    },
    async session(sessionId) {
      const [row] = await query<SessionRow>(
        `SELECT ${SESSION} FROM sessions WHERE session_id = $1`,
        [sessionId],
      );
      return row && { ...row };
    },
    async sessions(userId) {
      const rows = await query<SessionRow>(
        `SELECT ${SESSION} FROM sessions WHERE user_id = $1 ORDER BY seen_at_ms DESC, session_id`,
        [userId],
      );
      return rows.map((row) => ({ ...row }));
    },
    async renewSession({ sessionId, refresh }, next) {
      const renewed = await query(
        `UPDATE sessions SET refresh = $3, previous = $4, seen_at_ms = $5
         WHERE session_id = $1 AND refresh = $2 RETURNING 1 AS done`,
        [sessionId, refresh, next.refresh, next.previous, next.seenAtMs],
      );
      return renewed.length > 0;
    },
    async closeSession(userId, sessionId) {
      const closed = await query(
        "DELETE FROM sessions WHERE session_id = $1 AND user_id = $2 RETURNING 1 AS done",
        [sessionId, userId],
      );
      return closed.length > 0;
    },
    async keepLink({ hash, purpose, userId, email, secret, expiresAtMs }, nowMs) {
      // By account_links_expires.
      await query("DELETE FROM account_links WHERE expires_at_ms <= $1", [nowMs]);
      await query(
        `INSERT INTO account_links (hash, purpose, user_id, email, secret, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [hash, purpose, userId, email, secret, expiresAtMs],
      );
    },
    async link(hash, nowMs) {
      const [row] = await query<LinkRow>(
        `SELECT ${LINK} FROM account_links WHERE hash = $1 AND expires_at_ms > $2`,
        [hash, nowMs],
      );
      return row && { ...row };
    },
    async takeLink(hash, nowMs) {
      const [row] = await query<LinkRow>(
        `DELETE FROM account_links WHERE hash = $1 AND expires_at_ms > $2 RETURNING ${LINK}`,
        [hash, nowMs],
      );
      return row && { ...row };
    },
    async dropLinks(userId) {
      await query("DELETE FROM account_links WHERE user_id = $1", [userId]);
    },
    async addIdentity({ issuer, subject }, userId) {
      const added = await query(
        `INSERT INTO account_identities (issuer, subject, user_id) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING 1 AS done`,
        [issuer, subject, userId],
      );
      return added.length > 0;
    },
    async byIdentity({ issuer, subject }) {
      const [row] = await query<{ userId: string }>(
        'SELECT user_id AS "userId" FROM account_identities WHERE issuer = $1 AND subject = $2',
        [issuer, subject],
      );
      return row?.userId;
    },
    async identities(userId) {
      // By account_identities_user.
      const rows = await query<Identity>(
        "SELECT issuer, subject FROM account_identities WHERE user_id = $1 ORDER BY issuer, subject",
        [userId],
      );
      return rows.map((row) => ({ ...row }));
    },
    ...createSqlPasskeys({ query, guarded }),
  };
}
