// Migration 5: what an installation keeps once for all its nodes, such as the keys of its cursors; and whose spaces are
// whose, from the user's side.

export const name = "settings";

export const sql = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user ON members (user_id, role);
`;
