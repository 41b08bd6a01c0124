// Migration 10: who did what with rights over others. Rows are added, and removed when their time is over.

export const name = "audit";

export const sql = `
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
