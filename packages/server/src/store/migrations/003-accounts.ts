// Migration 3: accounts, for servers that keep their own: who may sign in, and the hash of what they sign in with.

export const name = "accounts";

export const sql = `
CREATE TABLE accounts (
  user_id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
