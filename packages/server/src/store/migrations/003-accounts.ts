// Migration 3: accounts, for servers that keep their own: who may sign in, the hash of what they sign in with, and the
// devices on which they did. `refresh` is the hash of the one token that renews a session, `previous` that of the one before.

export const name = "accounts";

export const sql = `
CREATE TABLE accounts (
  user_id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  device TEXT NOT NULL,
  refresh TEXT NOT NULL,
  previous TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id, seen_at_ms);
`;
