// Migration 2: background work. How far each consumer is in each space, who holds it until when, and what it could
// not handle. `fence` counts who has held it: a holder whose number is not the last one any more changes nothing.

export const name = "consumers";

export const sql = `
CREATE TABLE consumer_starts (
  consumer TEXT PRIMARY KEY,
  stamp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE consumers (
  consumer TEXT NOT NULL,
  space TEXT NOT NULL,
  checkpoint INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  retry_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (consumer, space)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  consumer TEXT NOT NULL,
  space TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  entry TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  again INTEGER NOT NULL,
  PRIMARY KEY (consumer, space, stamp)
) STRICT, WITHOUT ROWID;
`;
