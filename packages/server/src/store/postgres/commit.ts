// Commits: the spaces' rows are locked in the order of their names, everything is loaded at once, decided in memory,
// and written with a few statements whatever the number of rows.

import { type RecordState, recordKeyToText } from "@syncline/core";
import type { ClientRow, CommitUnit, HistoryEntry, Role, SpaceHead } from "../port.ts";
import {
  type ClientColumns,
  clientIn,
  entryToText,
  placesOf,
  type RecordRow,
  recentToText,
  recordToJson,
  type SpaceRow,
  stateToText,
  toClient,
  toHead,
  toRecord,
  wholeText,
} from "../rows.ts";
import type { Database, Session } from "./database.ts";

/** A space while it is committed to. */
interface OpenSpace {
  head: SpaceHead;
  readonly records: Map<string, RecordState>;
  /** By the place where each lies. */
  readonly clients: Map<string, ClientRow>;
  readonly roles: Map<string, Role>;
  changed: boolean;
}

/** A history row, with what it needs to know of the record before. */
interface ChangeRow {
  readonly space: string;
  readonly entry: HistoryEntry;
  readonly previous: number;
  readonly state: string | null;
  readonly prior: string | null;
}

interface Written {
  readonly records: Map<string, { readonly space: string; readonly record: RecordState }>;
  readonly clients: Map<
    string,
    { readonly space: string; readonly place: string; readonly client: ClientRow }
  >;
  readonly changes: ChangeRow[];
}

export async function commitUnits<Result>(
  database: Database,
  units: readonly CommitUnit<Result>[],
): Promise<Result[]> {
  return await database.transaction("write", async (session) => {
    const spaces = await lock(session, units);
    await load(session, units, spaces);
    const written: Written = { records: new Map(), clients: new Map(), changes: [] };
    const results = units.map((unit) => decide(unit, spaces.get(unit.space), written));
    await write(session, spaces, written);
    return results;
  });
}

/** Makes the spaces that are not there, and locks all: whoever commits to one of them waits for this commit's end. */
async function lock(
  { query }: Session,
  units: readonly CommitUnit<unknown>[],
): Promise<Map<string, OpenSpace>> {
  const names = [...new Set(units.map(({ space }) => space))].sort();
  const made = names.flatMap((space) => {
    const create = units.find((unit) => unit.space === space && unit.create !== undefined)?.create;
    return create === undefined ? [] : [{ space, ...create }];
  });
  const rows = await query<SpaceRow>(LOCK, [names]);
  const missing = made.filter(({ space }) => !rows.some((row) => row.space === space));
  if (missing.length > 0) {
    // Two may make one space at once: the second finds it made, and locks what the first one wrote.
    await query(
      `WITH made AS (
         INSERT INTO spaces (space, epoch, created_at_ms)
         SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING RETURNING space)
       INSERT INTO members (space, user_id, role, since_ms)
       SELECT space, owner, 'owner', at_ms FROM made JOIN unnest($1::text[], $4::text[], $3::bigint[]) AS wanted (space, owner, at_ms) USING (space)
       WHERE owner IS NOT NULL
       ON CONFLICT (space, user_id) DO UPDATE SET role = 'owner'`,
      [
        missing.map(({ space }) => space),
        missing.map(({ epoch }) => epoch),
        missing.map(({ createdAtMs }) => createdAtMs),
        missing.map(({ owner }) => owner ?? null),
      ],
    );
    rows.push(...(await query<SpaceRow>(LOCK, [missing.map(({ space }) => space)])));
  }
  return new Map(
    rows.map((row) => [
      row.space,
      {
        head: toHead(row),
        records: new Map(),
        clients: new Map(),
        roles: new Map(),
        changed: false,
      },
    ]),
  );
}

const LOCK = "SELECT * FROM spaces WHERE space = ANY($1) ORDER BY space FOR UPDATE";

async function load(
  { query }: Session,
  units: readonly CommitUnit<unknown>[],
  spaces: ReadonlyMap<string, OpenSpace>,
): Promise<void> {
  const keys = new Map(
    units.flatMap(({ space, records }) =>
      records.map((key) => [`${space}/${recordKeyToText(key)}`, { space, ...key }] as const),
    ),
  );
  const wanted = [...keys.values()];
  if (wanted.length > 0) {
    const rows = await query<RecordRow & { readonly space: string }>(
      `SELECT r.space, r.collection, r.id, r.stamp, r.created_stamp, r.version, r.body, r.rest
       FROM unnest($1::text[], $2::text[], $3::text[]) AS k (space, collection, id)
       JOIN records r ON r.space = k.space AND r.collection = k.collection AND r.id = k.id`,
      [
        wanted.map(({ space }) => space),
        wanted.map(({ collection }) => collection),
        wanted.map(({ id }) => id),
      ],
    );
    for (const row of rows) spaces.get(row.space)?.records.set(recordKeyToText(row), toRecord(row));
  }
  await loadRoles({ query }, units, spaces);
  const clients = units.flatMap(({ space, client }) =>
    client === undefined ? [] : placesOf(client).map((place) => ({ space, place })),
  );
  if (clients.length === 0) return;
  const rows = await query<ClientColumns & { readonly space: string }>(
    `SELECT c.* FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS k (space, client_id)
     JOIN clients c ON c.space = k.space AND c.client_id = k.client_id`,
    [clients.map(({ space }) => space), clients.map(({ place }) => place)],
  );
  for (const row of rows) spaces.get(row.space)?.clients.set(row.client_id, toClient(row));
}

/** After the lock, so that a right that was withdrawn before it counts no more. By `members_pkey`. */
async function loadRoles(
  { query }: Pick<Session, "query">,
  units: readonly CommitUnit<unknown>[],
  spaces: ReadonlyMap<string, OpenSpace>,
): Promise<void> {
  const asked = units.filter(({ member }) => member !== undefined);
  if (asked.length === 0) return;
  const rows = await query<{ space: string; user_id: string; role: Role }>(
    `SELECT m.space, m.user_id, m.role
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS k (space, user_id)
     JOIN members m ON m.space = k.space AND m.user_id = k.user_id`,
    [asked.map(({ space }) => space), asked.map(({ member }) => member)],
  );
  for (const row of rows) spaces.get(row.space)?.roles.set(row.user_id, row.role);
}

function decide<Result>(
  unit: CommitUnit<Result>,
  space: OpenSpace | undefined,
  written: Written,
): Result {
  if (space === undefined) return unit.decide(undefined).result;
  const before = new Map<string, RecordState>();
  for (const key of unit.records) {
    const text = recordKeyToText(key);
    const record = space.records.get(text);
    if (record !== undefined) before.set(text, record);
  }
  const client = unit.client && clientIn(space.clients, unit.client).client;
  const role = unit.member === undefined ? undefined : space.roles.get(unit.member);
  const { writes, result } = unit.decide({ head: space.head, records: before, client, role });
  if (writes === undefined) return result;
  const name = unit.space;
  const last = new Map<string, number>();
  const now = new Map(writes.records.map((record) => [recordKeyToText(record), record]));
  for (const entry of writes.history) {
    const key = recordKeyToText(entry);
    const old = last.has(key) ? undefined : before.get(key);
    const previous = last.get(key) ?? old?.stamp ?? 0;
    last.set(key, entry.stamp);
    const record = now.get(key);
    const state = record === undefined ? null : stateToText(entry, record);
    // The entry that made the old state may have been compacted: then this one says what the state was.
    const prior = old !== undefined && old.stamp <= space.head.horizon ? recordToJson(old) : null;
    written.changes.push({ space: name, entry, previous, state, prior });
  }
  for (const [key, record] of now) {
    space.records.set(key, record);
    written.records.set(`${name}/${key}`, { space: name, record });
  }
  if (writes.client !== undefined) {
    const { place } = clientIn(space.clients, writes.client);
    space.clients.set(place, writes.client);
    written.clients.set(`${name} ${place}`, { space: name, place, client: writes.client });
  }
  space.head = { ...space.head, ...writes.head };
  space.changed = true;
  return result;
}

async function write(
  { query }: Session,
  spaces: ReadonlyMap<string, OpenSpace>,
  { records, clients, changes }: Written,
): Promise<void> {
  const heads = [...spaces.values()].filter(({ changed }) => changed).map(({ head }) => head);
  if (heads.length === 0) return;
  await query(
    `UPDATE spaces s SET stamp = n.stamp, clock_ms = n.clock_ms, clock_counter = n.clock_counter,
       tallies = n.tallies, policies = n.policies
     FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::integer[], $5::text[], $6::text[])
       AS n (space, stamp, clock_ms, clock_counter, tallies, policies) WHERE s.space = n.space`,
    [
      heads.map(({ space }) => space),
      heads.map(({ stamp }) => stamp),
      heads.map(({ clock }) => clock.ms),
      heads.map(({ clock }) => clock.counter),
      heads.map(({ tallies }) => JSON.stringify(tallies)),
      heads.map(({ policies }) => JSON.stringify(policies)),
    ],
  );
  if (records.size > 0) {
    const rows = [...records.values()].map(({ space, record }) => ({
      space,
      record,
      text: wholeText(record),
    }));
    await query(
      `INSERT INTO records (space, collection, id, stamp, created_stamp, version, deleted, bytes, body, rest)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
         $7::smallint[], $8::integer[], $9::text[], $10::text[])
       ON CONFLICT (space, collection, id) DO UPDATE SET stamp = excluded.stamp, version = excluded.version,
         deleted = excluded.deleted, bytes = excluded.bytes, body = excluded.body, rest = excluded.rest`,
      [
        rows.map(({ space }) => space),
        rows.map(({ record }) => record.collection),
        rows.map(({ record }) => record.id),
        rows.map(({ record }) => record.stamp),
        rows.map(({ record }) => record.createdStamp),
        rows.map(({ record }) => record.version),
        rows.map(({ record }) => (record.deleted ? 1 : 0)),
        rows.map(({ text }) => Buffer.byteLength(text.body)),
        rows.map(({ text }) => text.body),
        rows.map(({ text }) => text.rest),
      ],
    );
  }
  if (changes.length > 0) {
    await query(
      `INSERT INTO changes (space, stamp, collection, id, previous, entry, state, prior)
       SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])`,
      [
        changes.map(({ space }) => space),
        changes.map(({ entry }) => entry.stamp),
        changes.map(({ entry }) => entry.collection),
        changes.map(({ entry }) => entry.id),
        changes.map(({ previous }) => previous),
        changes.map(({ entry }) => entryToText(entry)),
        changes.map(({ state }) => state),
        changes.map(({ prior }) => prior),
      ],
    );
  }
  if (clients.size > 0) {
    const rows = [...clients.values()];
    await query(
      `INSERT INTO clients (space, client_id, user_id, last_mutation, recent, seen_at_ms)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
       ON CONFLICT (space, client_id) DO UPDATE SET last_mutation = excluded.last_mutation,
         recent = excluded.recent, seen_at_ms = excluded.seen_at_ms`,
      [
        rows.map(({ space }) => space),
        rows.map(({ place }) => place),
        rows.map(({ client }) => client.userId),
        rows.map(({ client }) => client.lastMutation),
        rows.map(({ client }) => recentToText(client.recent)),
        rows.map(({ client }) => client.seenAtMs),
      ],
    );
  }
}
