// The change log of a mana-sync server, as its database has it: what `syncline import mana` reads.

import { type Fields, isSynclineError, type Json, SynclineError } from "@syncline/core";
import { encodeName } from "../dialects/mana/ids.ts";
import { parseInstant } from "../dialects/mana/instants.ts";
import type { SentChange, SentField } from "../dialects/mana/read-push.ts";
import type { Database } from "../store/postgres/database.ts";

/** One user's log of one app, or that of one organisation. */
export interface ManaLog {
  readonly appId: string;
  /** Who wrote it; of an organisation's, whose name stands in `orgId`, all who did. */
  readonly userIds: readonly string[];
  readonly orgId: string | null;
  readonly rows: number;
}

/** One row, as the change that a device once sent. */
export interface ManaRow {
  readonly id: string;
  /** Microseconds since 1970 at which the server received it. */
  readonly receivedAt: number;
  readonly userId: string;
  readonly clientId: string;
  readonly change: SentChange;
}

/** Which of the columns are there that not every version has. */
export interface ManaColumns {
  readonly stamps: "field_meta" | "field_timestamps";
  readonly extra: readonly ("actor" | "origin" | "space_id")[];
}

/** @throws {SynclineError} `not_found` when the database has no such table */
export async function manaColumns({ query }: Database): Promise<ManaColumns> {
  const rows = await query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns
      WHERE table_name = 'sync_changes' AND table_schema = ANY (current_schemas(false))`,
  );
  const names = new Set(rows.map((row) => row.column_name));
  if (!names.has("record_id") || !names.has("client_id"))
    throw new SynclineError("not_found", "This database has no table sync_changes of mana-sync.");
  return {
    stamps: names.has("field_meta") ? "field_meta" : "field_timestamps",
    extra: (["actor", "origin", "space_id"] as const).filter((name) => names.has(name)),
  };
}

export interface LogSelection {
  readonly columns: ManaColumns;
  /** One app alone. */
  readonly app: string | undefined;
  /** False: what belongs to an organisation is its writer's, too. */
  readonly isShared: boolean;
}

/** The organisation of a row, where it is shared: the user's own is written otherwise until it has a name. */
function orgOf({ columns, isShared }: Pick<LogSelection, "columns" | "isShared">): string {
  return isShared && columns.extra.includes("space_id")
    ? "CASE WHEN starts_with(space_id, '_personal:') THEN NULL ELSE nullif(space_id, '') END"
    : "NULL::text";
}

/** The logs of all users and organisations in all apps. */
export async function manaLogs(
  { query }: Database,
  selection: LogSelection,
): Promise<readonly ManaLog[]> {
  const org = orgOf(selection);
  return await query<{ appId: string; userIds: string[]; orgId: string | null; rows: number }>(
    `SELECT app_id AS "appId", org AS "orgId", array_agg(DISTINCT user_id ORDER BY user_id) AS "userIds", count(*) AS rows
      FROM (SELECT app_id, user_id, ${org} AS org FROM sync_changes WHERE $1::text IS NULL OR app_id = $1) AS log
      GROUP BY app_id, org, CASE WHEN org IS NULL THEN user_id END
      ORDER BY org NULLS FIRST, CASE WHEN org IS NULL THEN user_id END, app_id`,
    [selection.app ?? null],
  );
}

/** What a log holds, before anything of it is imported. */
export interface ManaReport {
  readonly users: number;
  readonly apps: number;
  readonly rows: number;
  readonly recordsTooLarge: number;
  readonly untimedInserts: number;
  readonly sharedRows: number;
  /** True: row-level security hides rows from whoever reads. */
  readonly hidesRows: boolean;
  /** Rows that the database believes it has; null where it was never asked to count. */
  readonly estimatedRows: number | null;
}

export async function reportOn(
  { query }: Database,
  { columns, app, recordBytes }: Omit<LogSelection, "isShared"> & { readonly recordBytes: number },
): Promise<ManaReport> {
  const org = orgOf({ columns, isShared: true });
  const [counts] = await query<Omit<ManaReport, "hidesRows" | "estimatedRows">>(
    `SELECT count(DISTINCT user_id) AS users, count(DISTINCT app_id) AS apps, count(*) AS rows,
        count(*) FILTER (WHERE octet_length(data::text) > $2) AS "recordsTooLarge",
        count(*) FILTER (WHERE op = 'insert' AND NOT coalesce(jsonb_exists_any(data, '{createdAt,updatedAt}'), false)) AS "untimedInserts",
        count(*) FILTER (WHERE ${org} IS NOT NULL) AS "sharedRows"
      FROM sync_changes WHERE $1::text IS NULL OR app_id = $1`,
    [app ?? null, recordBytes],
  );
  const [security] = await query<{ hidesRows: boolean; estimatedRows: number }>(
    `SELECT row_security_active('sync_changes') AS "hidesRows", reltuples::bigint AS "estimatedRows"
      FROM pg_class WHERE oid = 'sync_changes'::regclass`,
  );
  if (counts === undefined || security === undefined)
    throw new SynclineError("not_found", "This database has no table sync_changes of mana-sync.");
  const { hidesRows, estimatedRows } = security;
  return { ...counts, hidesRows, estimatedRows: estimatedRows < 0 ? null : estimatedRows };
}

interface RawRow {
  readonly id: string;
  readonly received: string;
  readonly userId: string;
  readonly clientId: string;
  readonly table: string;
  readonly record: string;
  readonly op: string;
  readonly data: unknown;
  readonly stamps: unknown;
  readonly actor?: unknown;
  readonly origin?: string | null;
  readonly space_id?: string | null;
}

const PAGE = 2_000;

/** A row's place in its log. */
export interface LogPlace {
  readonly receivedAt: number;
  readonly id: string;
}

/**
 * Reads a log in the order in which it was given to devices, a page at a time. What can be no change is given as the
 * error that says why.
 * @param from the first row that is read; undefined: from the beginning
 */
export async function* readLog(
  { query }: Database,
  { userIds, appId, orgId }: ManaLog,
  { columns, isShared }: Pick<LogSelection, "columns" | "isShared">,
  from: LogPlace | undefined,
): AsyncGenerator<readonly (ManaRow | SynclineError)[]> {
  const { stamps, extra } = columns;
  const org = orgOf({ columns, isShared });
  const [writers, names] = orgId === null ? ["= $1", userIds[0]] : ["= ANY ($1)", userIds];
  let place: readonly unknown[] = from === undefined ? [null, null] : [from.receivedAt, from.id];
  for (let after = ">="; ; after = ">") {
    // Index: (user_id, app_id, created_at).
    const rows = await query<RawRow>(
      `SELECT id::text, (extract(epoch FROM created_at) * 1000000)::bigint::text AS received,
          user_id AS "userId", client_id AS "clientId", table_name AS "table", record_id AS record, op, data,
          ${stamps} AS stamps ${extra.map((name) => `, ${name}`).join("")}
        FROM sync_changes WHERE user_id ${writers} AND app_id = $2 AND ${org} IS NOT DISTINCT FROM $6
          AND ($3::text IS NULL OR (created_at, id) ${after} (to_timestamp(0) + $3::bigint * interval '1 microsecond', $4::uuid))
        ORDER BY created_at, id LIMIT $5`,
      [names, appId, ...place, PAGE, orgId],
    );
    if (rows.length > 0) yield rows.map(readRow);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    place = [last.received, last.id];
  }
}

function readRow(raw: RawRow): ManaRow | SynclineError {
  try {
    return {
      id: raw.id,
      receivedAt: Number(raw.received),
      userId: raw.userId,
      clientId: raw.clientId,
      change: toChange(raw),
    };
  } catch (thrown) {
    const reason = isSynclineError(thrown) ? thrown.message : String(thrown);
    return new SynclineError("invalid", `row ${raw.id}: ${reason}`);
  }
}

function toChange(raw: RawRow): SentChange {
  const { op } = raw;
  if (op !== "insert" && op !== "update" && op !== "delete")
    throw new SynclineError("invalid", `there is no op ${JSON.stringify(op)}`);
  const data = bagOf(raw.data);
  const stamps = bagOf(raw.stamps);
  const fields = new Map<string, SentField>();
  if (op === "update") {
    // Values without a stamp were never given to any device.
    for (const [name, stamp] of Object.entries(stamps))
      if (Object.hasOwn(data, name))
        fields.set(name, { value: data[name] ?? null, at: stampOf(stamp), isMerged: true });
  }
  const actor = raw.actor as Json | null | undefined; // from a column of JSON
  const meta = {
    ...(actor === undefined || actor === null ? {} : { actor }),
    ...textMember("origin", raw.origin),
    ...textMember("spaceId", raw.space_id),
  };
  return {
    op,
    collection: encodeName(raw.table),
    id: encodeName(raw.record),
    fields,
    data: op === "insert" ? data : undefined,
    deletedAt: op === "delete" ? parseInstant(data["deletedAt"]) : undefined,
    meta: Object.keys(meta).length === 0 ? undefined : meta,
    spaceId: raw.space_id ?? undefined,
    content: { table: raw.table, id: raw.record },
  };
}

function bagOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields) // from a column of JSON
    : {};
}

/** A stamp is a text; some versions keep more beside it. */
function stampOf(stamp: Json): number | undefined {
  if (typeof stamp === "object" && stamp !== null && "at" in stamp)
    return parseInstant(stamp["at"]);
  return parseInstant(stamp);
}

function textMember(
  name: string,
  value: string | null | undefined,
): { readonly [name: string]: string } {
  return value === null || value === undefined || value === "" ? {} : { [name]: value };
}
