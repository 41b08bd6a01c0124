// The original's database, filled as a server of it leaves one behind: people, habits, entries, what was deleted, and versions.

import type pg from "pg";

/** bcrypt, cost 4, of PASSWORD; made with libxcrypt. The original's cost is 12, and takes a third of a second. */
const HASH = "$2b$04$abcdefghijklmnopqrstuutqKhOn.1mqDI3ST2lR1yHZEIIOLCcIG";
/** And with the original's cost. */
export const COSTLY_HASH = "$2b$12$abcdefghijklmnopqrstuuflpnusoFVMD4mon4hu.3dp3NzKEr8cK";

const SCHEMA = `
CREATE TABLE users (
  id varchar(36) PRIMARY KEY, email varchar(255) NOT NULL UNIQUE CHECK (email = lower(email)),
  password_hash varchar(255) NOT NULL CHECK (password_hash <> ''),
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE habits (
  id uuid PRIMARY KEY, user_id varchar(36) NOT NULL REFERENCES users ON DELETE CASCADE,
  title varchar(255) NOT NULL, description text, color varchar(7) DEFAULT '#9CA3AF', icon varchar(50), sort_order int DEFAULT 0,
  type varchar(20) NOT NULL CHECK (type IN ('boolean', 'numeric', 'timer')),
  frequency_type varchar(20) NOT NULL CHECK (frequency_type IN ('daily', 'weekly', 'specific_days', 'interval')),
  weekdays jsonb, reminder_time varchar(10), "interval" int DEFAULT 1 CHECK ("interval" > 0),
  target_value int DEFAULT 1 CHECK (target_value > 0), unit varchar(50),
  current_streak int DEFAULT 0, longest_streak int DEFAULT 0,
  start_date timestamptz NOT NULL, end_date timestamptz, archived_at timestamptz, version int NOT NULL,
  deleted_at timestamptz, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
CREATE TABLE habit_entries (
  id uuid PRIMARY KEY, habit_id uuid NOT NULL REFERENCES habits ON DELETE CASCADE,
  user_id varchar(36) NOT NULL REFERENCES users ON DELETE CASCADE, completion_date timestamptz NOT NULL,
  value int NOT NULL DEFAULT 1 CHECK (value >= 0), notes text, version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, deleted_at timestamptz);
CREATE INDEX ON habit_entries (user_id, updated_at);
CREATE INDEX ON habits (user_id);`;

export interface OriginalSize {
  readonly people: number;
  /** Of each. */
  readonly habits: number;
  /** Of each habit. */
  readonly entries: number;
}

/** An id made of a name: the same data every time. */
const id = (name: string) =>
  `(substr(m, 1, 12) || '4' || substr(m, 14, 3) || '8' || substr(m, 18))::uuid FROM (SELECT md5(${name}) AS m) AS x`;
/** Two rows in three share their moment with others. */
const MOMENT = "timestamptz '2026-01-01 08:00:00.000001Z'";

/** Makes the tables, and fills them. */
export async function fillOriginal(
  source: pg.Client,
  { people, habits, entries }: OriginalSize,
): Promise<void> {
  await source.query(SCHEMA);
  await source.query(
    `INSERT INTO users SELECT (SELECT ${id("'user' || u")}), 'person' || u || '@example.org', $2,
        ${MOMENT}, ${MOMENT} FROM generate_series(0, $1 - 1) AS u`,
    [people, HASH],
  );
  await source.query(
    `INSERT INTO habits (id, user_id, title, description, color, icon, sort_order, type, frequency_type, weekdays, reminder_time,
        "interval", target_value, unit, current_streak, longest_streak, start_date, archived_at, version, deleted_at,
        created_at, updated_at)
      SELECT (SELECT ${id("'habit' || u || '-' || h")}), (SELECT ${id("'user' || u")})::text, 'Habit ' || h,
        CASE WHEN h % 3 = 0 THEN 'Why: "' || h || '"' END, '#0A7', 'default_icon', h,
        CASE h % 3 WHEN 0 THEN 'boolean' WHEN 1 THEN 'numeric' ELSE 'timer' END,
        CASE h % 4 WHEN 0 THEN 'specific_days' WHEN 1 THEN 'interval' ELSE 'daily' END,
        -- Without weekdays the original's driver stores JSON's null. The sixth is what a create without frequency_type leaves.
        CASE WHEN h % 4 = 0 OR h = 6 THEN '[1,3,5]'::jsonb ELSE 'null'::jsonb END,
        CASE WHEN h % 2 = 0 THEN '18:45' END, CASE WHEN h % 4 = 1 THEN 3 ELSE 1 END,
        CASE WHEN h % 3 = 0 THEN 1 ELSE 30 END, CASE WHEN h % 3 = 0 THEN '' ELSE 'min' END, 3, 5,
        ${MOMENT}, CASE WHEN h = 5 THEN ${MOMENT} + interval '40 days' END, 1 + h,
        CASE WHEN h = 7 THEN ${MOMENT} + interval '50 days' END, ${MOMENT},
        ${MOMENT} + h * interval '1 second' + CASE WHEN h = 7 THEN interval '50 days' ELSE interval '0' END
      FROM generate_series(0, $1 - 1) AS u, generate_series(0, $2 - 1) AS h`,
    [people, habits],
  );
  await source.query(
    `INSERT INTO habit_entries (id, habit_id, user_id, completion_date, value, notes, version, created_at, updated_at, deleted_at)
      SELECT (SELECT ${id("'entry' || u || '-' || h || '-' || e")}), (SELECT ${id("'habit' || u || '-' || h")}),
        (SELECT ${id("'user' || u")})::text, ${MOMENT} + e * interval '1 day', e % 40, CASE WHEN e % 7 = 0 THEN 'scales & "arpeggios"' END,
        1 + e % 3, ${MOMENT} + e * interval '1 day', ${MOMENT} + (e / 3) * interval '3 days' + interval '1 hour',
        CASE WHEN e % 3 = 1 AND e % 5 = 0 THEN ${MOMENT} + (e / 3) * interval '3 days' + interval '1 hour' END
      FROM generate_series(0, $1 - 1) AS u, generate_series(0, $2 - 1) AS h, generate_series(0, $3 - 1) AS e`,
    [people, habits, entries],
  );
}

/** The rows of somebody that the original would give after a cursor: its ids, the earliest first. */
export async function originalFeed(
  source: pg.Client,
  table: "habits" | "habit_entries",
  { email, after }: { readonly email: string; readonly after: string },
): Promise<string[]> {
  const { rows } = await source.query<{ id: string }>(
    `SELECT t.id FROM ${table} AS t JOIN users AS u ON u.id = t.user_id
      WHERE u.email = $1 AND t.updated_at > $2 ORDER BY t.updated_at, t.id::text`,
    [email, after],
  );
  return rows.map((row) => row.id);
}
