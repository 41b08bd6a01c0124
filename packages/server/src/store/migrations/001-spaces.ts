// Migration 1: spaces, their records, history, clients and members. Every key begins with the space.
// `changes.previous` is the stamp of the same record's entry before: one record's history is a chain of
// primary-key look-ups, and needs no index of its own. `records` keeps its rowid, because rows then lie in
// the order in which they were written, which is the order in which deltas read them. `bytes` is the length of
// `body`: in the indexes it lets a page be measured without touching the rows.

export const name = "spaces";

export const sql = `
CREATE TABLE spaces (
  space TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  stamp INTEGER NOT NULL DEFAULT 0,
  horizon INTEGER NOT NULL DEFAULT 0,
  clock_ms INTEGER NOT NULL DEFAULT 0,
  clock_counter INTEGER NOT NULL DEFAULT 0,
  tallies TEXT NOT NULL DEFAULT '{}',
  policies TEXT NOT NULL DEFAULT '{}',
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
  space TEXT NOT NULL,
  collection TEXT NOT NULL,
  id TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  created_stamp INTEGER NOT NULL,
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  body TEXT NOT NULL,
  rest TEXT,
  PRIMARY KEY (space, collection, id)
) STRICT;
CREATE INDEX records_stamp ON records (space, stamp, deleted, bytes);
CREATE INDEX records_collection_stamp ON records (space, collection, stamp, deleted, bytes);

CREATE TABLE changes (
  space TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  collection TEXT NOT NULL,
  id TEXT NOT NULL,
  previous INTEGER NOT NULL,
  entry TEXT NOT NULL,
  state TEXT,
  prior TEXT,
  PRIMARY KEY (space, stamp)
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
  space TEXT NOT NULL,
  client_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  last_mutation INTEGER NOT NULL,
  recent TEXT NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  PRIMARY KEY (space, client_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  space TEXT NOT NULL,
  user_id TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (space, user_id)
) STRICT, WITHOUT ROWID;
`;
