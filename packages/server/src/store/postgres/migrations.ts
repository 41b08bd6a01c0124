// The migrations for PostgreSQL, in order. A released one is never edited: a change is a new entry. The tables are
// SQLite's (../migrations), column for column: every key begins with the space, and texts are ordered as bytes.
// The indexes by stamp are for readings by stamp alone, which say `stamp > 0`: while a young table has no statistics, a
// look-up by key must not be able to take one of them for the primary key.

import * as numbers from "../migrations/007-numbers.ts";
import * as locks from "../migrations/011-locks.ts";

export interface PostgresMigration {
  readonly name: string;
  /**
   * The oldest schema whose programs can still work on the tables afterwards. At most the one before, so that old and
   * new nodes run side by side: what is taken away goes one release after its last use.
   */
  readonly worksWith: number;
  readonly sql: string;
}

export const POSTGRES_MIGRATIONS: readonly PostgresMigration[] = [
  {
    name: "spaces",
    worksWith: 1,
    sql: `
CREATE TABLE spaces (
  space text COLLATE "C" PRIMARY KEY,
  epoch text NOT NULL,
  stamp bigint NOT NULL DEFAULT 0,
  horizon bigint NOT NULL DEFAULT 0,
  clock_ms bigint NOT NULL DEFAULT 0,
  clock_counter integer NOT NULL DEFAULT 0,
  tallies text NOT NULL DEFAULT '{}',
  policies text NOT NULL DEFAULT '{}',
  created_at_ms bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE records (
  space text COLLATE "C" NOT NULL,
  collection text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  stamp bigint NOT NULL,
  created_stamp bigint NOT NULL,
  version bigint NOT NULL,
  deleted smallint NOT NULL,
  bytes integer NOT NULL,
  body text NOT NULL,
  rest text,
  PRIMARY KEY (space, collection, id)
);
CREATE INDEX records_stamp ON records (space, stamp) WHERE stamp > 0;
CREATE INDEX records_collection_stamp ON records (space, collection, stamp) WHERE stamp > 0;

CREATE TABLE changes (
  space text COLLATE "C" NOT NULL,
  stamp bigint NOT NULL,
  collection text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  previous bigint NOT NULL,
  entry text NOT NULL,
  state text,
  prior text,
  PRIMARY KEY (space, stamp)
);

CREATE TABLE clients (
  space text COLLATE "C" NOT NULL,
  client_id text COLLATE "C" NOT NULL,
  user_id text NOT NULL,
  last_mutation bigint NOT NULL,
  recent text NOT NULL,
  seen_at_ms bigint NOT NULL,
  PRIMARY KEY (space, client_id)
);

CREATE TABLE members (
  space text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  role text NOT NULL,
  PRIMARY KEY (space, user_id)
);`,
  },
  {
    name: "consumers",
    worksWith: 1,
    sql: `
CREATE TABLE consumer_starts (
  consumer text COLLATE "C" PRIMARY KEY,
  stamp bigint NOT NULL
);

CREATE TABLE consumers (
  consumer text COLLATE "C" NOT NULL,
  space text COLLATE "C" NOT NULL,
  checkpoint bigint NOT NULL,
  fence bigint NOT NULL,
  until_ms bigint NOT NULL,
  retry_at_ms bigint NOT NULL,
  attempts integer NOT NULL,
  PRIMARY KEY (consumer, space)
) WITH (fillfactor = 50);

CREATE TABLE dead_letters (
  consumer text COLLATE "C" NOT NULL,
  space text COLLATE "C" NOT NULL,
  stamp bigint NOT NULL,
  entry text NOT NULL,
  attempts integer NOT NULL,
  error text NOT NULL,
  at_ms bigint NOT NULL,
  again smallint NOT NULL,
  PRIMARY KEY (consumer, space, stamp)
);`,
  },
  {
    name: "accounts",
    worksWith: 2,
    sql: `
CREATE TABLE accounts (
  user_id text COLLATE "C" PRIMARY KEY,
  email text COLLATE "C" NOT NULL UNIQUE,
  secret text NOT NULL,
  created_at_ms bigint NOT NULL
);

CREATE TABLE sessions (
  session_id text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  device text NOT NULL,
  refresh text NOT NULL,
  previous text NOT NULL,
  created_at_ms bigint NOT NULL,
  seen_at_ms bigint NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, seen_at_ms);`,
  },
  {
    name: "alarms",
    worksWith: 3,
    sql: "ALTER TABLE consumers ADD COLUMN due_ms bigint",
  },
  {
    name: "settings",
    worksWith: 4,
    sql: `
CREATE TABLE settings (
  name text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);
CREATE INDEX members_user ON members (user_id, role);`,
  },
  {
    name: "lineage",
    worksWith: 5,
    sql: "ALTER TABLE spaces ADD COLUMN lineage text NOT NULL DEFAULT '[]'",
  },
  {
    name: numbers.name,
    worksWith: 6,
    sql: numbers.sql,
  },
  {
    name: "sharing",
    worksWith: 7,
    sql: `
ALTER TABLE spaces ADD COLUMN title text NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN since_ms bigint NOT NULL DEFAULT 0;
CREATE INDEX members_space_of_user ON members (user_id, space);

CREATE TABLE invitations (
  id text COLLATE "C" PRIMARY KEY,
  space text COLLATE "C" NOT NULL,
  role text NOT NULL,
  code_hash text COLLATE "C" NOT NULL UNIQUE,
  address_hash text NOT NULL,
  uses_left integer NOT NULL,
  expires_at_ms bigint NOT NULL,
  created_at_ms bigint NOT NULL,
  by_user text COLLATE "C" NOT NULL
);
CREATE INDEX invitations_space ON invitations (space, created_at_ms);
CREATE INDEX invitations_by ON invitations (by_user);`,
  },
  {
    name: "account_links",
    worksWith: 7,
    sql: `
ALTER TABLE accounts ADD COLUMN verified_at_ms bigint NOT NULL DEFAULT 0;

CREATE TABLE account_links (
  hash text COLLATE "C" PRIMARY KEY,
  purpose text NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  email text COLLATE "C" NOT NULL,
  secret text NOT NULL,
  expires_at_ms bigint NOT NULL
);
CREATE INDEX account_links_user ON account_links (user_id);
CREATE INDEX account_links_email ON account_links (email);
CREATE INDEX account_links_expires ON account_links (expires_at_ms);

CREATE TABLE account_identities (
  issuer text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX account_identities_user ON account_identities (user_id);`,
  },
  {
    name: "audit",
    worksWith: 7,
    sql: `
CREATE TABLE audit (
  id text COLLATE "C" PRIMARY KEY,
  at_ms bigint NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  details text NOT NULL
);`,
  },
  {
    name: locks.name,
    worksWith: 7,
    sql: `
CREATE TABLE locks (
  user_id text COLLATE "C" PRIMARY KEY,
  since_ms bigint NOT NULL
);
${locks.MOVE_LOCKS};`,
  },
  {
    name: "passkeys",
    worksWith: 7,
    sql: `
CREATE TABLE passkeys (
  id text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  public_key text NOT NULL,
  counter bigint NOT NULL,
  transports text NOT NULL,
  name text NOT NULL,
  created_at_ms bigint NOT NULL,
  used_at_ms bigint NOT NULL
);
CREATE INDEX passkeys_user ON passkeys (user_id);`,
  },
];

/** The tables, in an order in which they can be copied. */
export const TABLES = [
  "spaces",
  "records",
  "changes",
  "clients",
  "members",
  "consumer_starts",
  "consumers",
  "dead_letters",
  "accounts",
  "sessions",
  "account_links",
  "account_identities",
  "passkeys",
  "settings",
  "invitations",
  "audit",
  "locks",
] as const;
