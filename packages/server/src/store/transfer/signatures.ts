// What a space is, in a few words: two databases that say the same of it hold the same.

import type { DatabaseSync } from "node:sqlite";
import type { Database } from "../postgres/database.ts";

/**
 * Everything of the head (which changes with every commit, and holds the digests), and sums of what can change
 * without it: the title, clients whose mutations were all refused, and members.
 */
const SIGNATURES = `
  SELECT s.space AS space, s.epoch || ' ' || s.stamp || ' ' || s.horizon || ' ' || s.clock_ms || ' ' || s.clock_counter
    || ' ' || s.tallies || ' ' || s.policies || ' ' || s.title
    || ' ' || coalesce(c.count, 0) || ' ' || coalesce(c.mutations, 0) || ' ' || coalesce(c.seen, 0)
    || ' ' || coalesce(m.members, '') AS signature
  FROM spaces s
  LEFT JOIN (SELECT space, count(*) AS count, sum(last_mutation) AS mutations, sum(seen_at_ms) AS seen
             FROM clients GROUP BY space) c ON c.space = s.space
  LEFT JOIN (SELECT space, MEMBERS AS members FROM members GROUP BY space) m ON m.space = s.space`;

interface SignatureRow {
  readonly space: string;
  readonly signature: string;
}

export function sqliteSignatures(source: DatabaseSync): Map<string, string> {
  const sql = SIGNATURES.replace(
    "MEMBERS",
    "group_concat(user_id || '=' || role || since_ms, ',' ORDER BY user_id)",
  );
  const rows = source.prepare(sql).all() as unknown as SignatureRow[]; // the columns that the statement names
  return toMap(rows);
}

export async function postgresSignatures({
  query,
}: Pick<Database, "query">): Promise<Map<string, string>> {
  const sql = SIGNATURES.replace(
    "MEMBERS",
    "string_agg(user_id || '=' || role || since_ms, ',' ORDER BY user_id)",
  );
  return toMap(await query<SignatureRow>(sql));
}

const toMap = (rows: readonly SignatureRow[]) =>
  new Map(rows.map(({ space, signature }) => [space, signature]));
