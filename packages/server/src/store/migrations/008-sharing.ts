// Migration 8: what people who share spaces see of them: a title, since when somebody is a member, and invitations.
// Codes and addresses are kept as hashes.

export const name = "sharing";

export const sql = `
ALTER TABLE spaces ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN since_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX members_space_of_user ON members (user_id, space);

CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  space TEXT NOT NULL,
  role TEXT NOT NULL,
  code_hash TEXT NOT NULL UNIQUE,
  address_hash TEXT NOT NULL,
  uses_left INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  by_user TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_space ON invitations (space, created_at_ms);
CREATE INDEX invitations_by ON invitations (by_user);
`;
