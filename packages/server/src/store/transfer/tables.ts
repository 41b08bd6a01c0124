// The tables that are copied from one kind of database to another, with the types of their columns.

type ColumnType = "text" | "bigint" | "integer" | "smallint";

export interface Table {
  readonly name: string;
  readonly columns: { readonly [column: string]: ColumnType };
  readonly key: readonly string[];
}

export const SPACES: Table = {
  name: "spaces",
  columns: {
    space: "text",
    epoch: "text",
    stamp: "bigint",
    horizon: "bigint",
    clock_ms: "bigint",
    clock_counter: "integer",
    tallies: "text",
    policies: "text",
    lineage: "text",
    title: "text",
    created_at_ms: "bigint",
  },
  key: ["space"],
};

export const RECORDS: Table = {
  name: "records",
  columns: {
    space: "text",
    collection: "text",
    id: "text",
    stamp: "bigint",
    created_stamp: "bigint",
    version: "bigint",
    deleted: "smallint",
    bytes: "integer",
    body: "text",
    rest: "text",
  },
  key: ["space", "collection", "id"],
};

export const CHANGES: Table = {
  name: "changes",
  columns: {
    space: "text",
    stamp: "bigint",
    collection: "text",
    id: "text",
    previous: "bigint",
    entry: "text",
    state: "text",
    prior: "text",
  },
  key: ["space", "stamp"],
};

export const CLIENTS: Table = {
  name: "clients",
  columns: {
    space: "text",
    client_id: "text",
    user_id: "text",
    last_mutation: "bigint",
    recent: "text",
    seen_at_ms: "bigint",
  },
  key: ["space", "client_id"],
};

/** Background work, accounts, settings, invitations, the audit and locks: they are few, and are copied as a whole. */
export const WHOLE_TABLES: readonly Table[] = [
  {
    name: "consumer_starts",
    columns: { consumer: "text", stamp: "bigint" },
    key: ["consumer"],
  },
  {
    name: "consumers",
    columns: {
      consumer: "text",
      space: "text",
      checkpoint: "bigint",
      fence: "bigint",
      until_ms: "bigint",
      retry_at_ms: "bigint",
      attempts: "integer",
      due_ms: "bigint",
    },
    key: ["consumer", "space"],
  },
  {
    name: "dead_letters",
    columns: {
      consumer: "text",
      space: "text",
      stamp: "bigint",
      entry: "text",
      attempts: "integer",
      error: "text",
      at_ms: "bigint",
      again: "smallint",
    },
    key: ["consumer", "space", "stamp"],
  },
  {
    name: "accounts",
    columns: {
      user_id: "text",
      email: "text",
      secret: "text",
      created_at_ms: "bigint",
      verified_at_ms: "bigint",
    },
    key: ["user_id"],
  },
  {
    name: "sessions",
    columns: {
      session_id: "text",
      user_id: "text",
      device: "text",
      refresh: "text",
      previous: "text",
      created_at_ms: "bigint",
      seen_at_ms: "bigint",
    },
    key: ["session_id"],
  },
  {
    name: "account_links",
    columns: {
      hash: "text",
      purpose: "text",
      user_id: "text",
      email: "text",
      secret: "text",
      expires_at_ms: "bigint",
    },
    key: ["hash"],
  },
  {
    name: "account_identities",
    columns: { issuer: "text", subject: "text", user_id: "text" },
    key: ["issuer", "subject"],
  },
  {
    name: "passkeys",
    columns: {
      id: "text",
      user_id: "text",
      public_key: "text",
      counter: "bigint",
      transports: "text",
      name: "text",
      created_at_ms: "bigint",
      used_at_ms: "bigint",
    },
    key: ["id"],
  },
  { name: "settings", columns: { name: "text", value: "text" }, key: ["name"] },
  {
    name: "invitations",
    columns: {
      id: "text",
      space: "text",
      role: "text",
      code_hash: "text",
      address_hash: "text",
      uses_left: "integer",
      expires_at_ms: "bigint",
      created_at_ms: "bigint",
      by_user: "text",
    },
    key: ["id"],
  },
  {
    name: "audit",
    columns: {
      id: "text",
      at_ms: "bigint",
      kind: "text",
      actor: "text",
      action: "text",
      target: "text",
      details: "text",
    },
    key: ["id"],
  },
  { name: "locks", columns: { user_id: "text", since_ms: "bigint" }, key: ["user_id"] },
];

export const MEMBERS: Table = {
  name: "members",
  columns: { space: "text", user_id: "text", role: "text", since_ms: "bigint" },
  key: ["space", "user_id"],
};
