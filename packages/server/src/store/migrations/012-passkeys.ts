// Migration 12: passkeys of people with accounts: the public half of a key that never leaves its device, under the id that
// the device gave it.

export const name = "passkeys";

export const sql = `
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  used_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_user ON passkeys (user_id);
`;
