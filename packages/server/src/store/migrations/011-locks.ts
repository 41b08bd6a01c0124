// Migration 11: users that are locked out, with an account here or without one. An account's lock was a mark before its
// password's hash until now.

export const name = "locks";

/** The same for both databases, once the table is there. */
export const MOVE_LOCKS = `
INSERT INTO locks (user_id, since_ms) SELECT user_id, 0 FROM accounts WHERE secret LIKE '!%';
UPDATE accounts SET secret = substr(secret, 2) WHERE secret LIKE '!%'`;

export const sql = `
CREATE TABLE locks (
  user_id TEXT PRIMARY KEY,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
${MOVE_LOCKS};
`;
