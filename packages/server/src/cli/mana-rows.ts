// The change log of a mana-sync server, as its database has it: what `syncline import mana` reads.

import { type Fields, isSynclineError, type Json, SynclineError } from "@syncline/core";
import { encodeName } from "../dialects/mana/ids.ts";
import { parseInstant } from "../dialects/mana/instants.ts";
import type { SentChange, SentField } from "../dialects/mana/read-push.ts";
import type { Database } from "../store/postgres/database.ts";

/** One user's log of one app. */
export interface ManaLog {
  readonly userId: string;
  readonly appId: string;
  readonly rows: number;
}

/** One row, as the change that a device once sent. */
export interface ManaRow {
  readonly id: string;
  /** Microseconds since 1970 at which the server received it. */
  readonly receivedAt: number;
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

/** The logs of all users and apps, or of one app. */
export async function manaLogs({ query }: Database, app: string | undefined): Promise<ManaLog[]> {
  return await query<{ userId: string; appId: string; rows: number }>(
    `SELECT user_id AS "userId", app_id AS "appId", count(*) AS rows FROM sync_changes
      WHERE $1::text IS NULL OR app_id = $1 GROUP BY user_id, app_id ORDER BY user_id, app_id`,
    [app ?? null],
  );
}

interface RawRow {
  readonly id: string;
  readonly received: string;
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

/**
 * Reads a log in the order in which it was given to devices, a page at a time. What can be no change is given as the
 * error that says why.
 * @param skip rows at the beginning that are left out
 */
export async function* readLog(
  { query }: Database,
  { userId, appId }: ManaLog,
  { stamps, extra }: ManaColumns,
  skip: number,
): AsyncGenerator<readonly (ManaRow | SynclineError)[]> {
  let after: readonly unknown[] = [null, null];
  for (let offset = skip; ; offset = 0) {
    // Index: (user_id, app_id, created_at).
    const rows = await query<RawRow>(
      `SELECT id::text, (extract(epoch FROM created_at) * 1000000)::bigint::text AS received,
          client_id AS "clientId", table_name AS "table", record_id AS record, op, data,
          ${stamps} AS stamps ${extra.map((name) => `, ${name}`).join("")}
        FROM sync_changes WHERE user_id = $1 AND app_id = $2
          AND ($3::text IS NULL OR (created_at, id) > (to_timestamp(0) + $3::bigint * interval '1 microsecond', $4::uuid))
        ORDER BY created_at, id LIMIT $5 OFFSET $6`,
      [userId, appId, ...after, PAGE, offset],
    );
    if (rows.length > 0) yield rows.map(readRow);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [last.received, last.id];
  }
}

function readRow(raw: RawRow): ManaRow | SynclineError {
  try {
    return {
      id: raw.id,
      receivedAt: Number(raw.received),
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
