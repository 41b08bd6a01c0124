// What `syncline import kanso` reads: the database of the original server, with its people, habits and entries.

import { SynclineError } from "@syncline/core";
import type { ImportDefinition, ImportedPerson } from "@syncline/server";
import { kansoApp } from "../app.ts";
import { type OriginalRow, toImported } from "./original-rows.ts";
import { VARIABLES } from "./variables.ts";

const PAGE = 2_000;
const TABLES = ["habit_entries", "habits", "users"];

/** A moment as text, to the microsecond. */
const text = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const micros = (column: string) => `(extract(epoch FROM ${column}) * 1000000)::bigint`;

const HABITS = `SELECT 'habits' AS collection, id::text AS id, version, updated_at, deleted_at, jsonb_build_object(
    'title', title, 'description', description, 'color', color, 'icon', icon, 'sortOrder', sort_order, 'type', type,
    'frequencyType', frequency_type, 'weekdays', weekdays, 'reminderTime', reminder_time, 'interval', "interval",
    'targetValue', target_value, 'unit', unit, 'startDate', ${text("start_date")}, 'endDate', ${text("end_date")},
    'archivedAt', ${text("archived_at")}, 'createdAt', ${text("created_at")}) AS columns
  FROM habits WHERE user_id = $1`;
const ENTRIES = `SELECT 'entries' AS collection, id::text AS id, version, updated_at, deleted_at, jsonb_build_object(
    'habitId', habit_id, 'at', ${text("completion_date")}, 'value', value, 'notes', notes,
    'createdAt', ${text("created_at")}) AS columns
  FROM habit_entries WHERE user_id = $1`;

export const kansoImport: ImportDefinition = {
  name: "kanso",
  app: kansoApp.name,
  variables: VARIABLES,
  async count({ query }) {
    const there = await query<{ name: string }>(
      `SELECT DISTINCT table_name AS name FROM information_schema.columns
        WHERE table_schema = ANY (current_schemas(false)) AND table_name = ANY ($1)`,
      [TABLES],
    );
    if (there.length < TABLES.length)
      throw new SynclineError(
        "not_found",
        `This is no database of Kanso's server: it has the tables users, habits and habit_entries.`,
      );
    const [counts] = await query<{ readonly [what: string]: number }>(
      `SELECT (SELECT count(*) FROM users) AS users,
        (SELECT count(*) FROM habits WHERE deleted_at IS NULL) AS habits,
        (SELECT count(*) FROM habit_entries WHERE deleted_at IS NULL) AS entries,
        (SELECT count(*) FROM habits WHERE deleted_at IS NOT NULL) +
          (SELECT count(*) FROM habit_entries WHERE deleted_at IS NOT NULL) AS deleted`,
    );
    return Object.fromEntries(Object.entries(counts ?? {}).map(([name, n]) => [name, Number(n)]));
  },
  async *people({ query }) {
    for (let after = ""; ; ) {
      const people = await query<Omit<ImportedPerson, "createdAtMs"> & { createdAt: string }>(
        `SELECT id::text AS "userId", lower(btrim(email)) AS email, password_hash AS secret, ${text("created_at")} AS "createdAt"
          FROM users WHERE id::text > $1 ORDER BY id::text LIMIT $2`,
        [after, PAGE],
      );
      yield people.map(({ createdAt, ...person }) => ({
        ...person,
        createdAtMs: Date.parse(createdAt),
      }));
      const last = people.at(-1);
      if (last === undefined || people.length < PAGE) return;
      after = last.userId;
    }
  },
  async *rows({ query }, { userId }) {
    for (let place: readonly [string | null, string] = [null, ""]; ; ) {
      // The id alone breaks ties: those of habits and entries are random alike.
      const rows = await query<OriginalRow>(
        `SELECT collection, id, version, ${micros("updated_at")}::text AS "updatedAt",
            floor(extract(epoch FROM deleted_at) * 1000)::bigint::text AS "deletedAt", columns
          FROM (${HABITS} UNION ALL ${ENTRIES}) AS rows
          WHERE $2::bigint IS NULL OR (${micros("updated_at")}, id) > ($2::bigint, $3)
          ORDER BY ${micros("updated_at")}, id LIMIT $4`,
        [userId, ...place, PAGE],
      );
      if (rows.length > 0) yield rows.map(toImported);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      place = [last.updatedAt, last.id];
    }
  },
};
