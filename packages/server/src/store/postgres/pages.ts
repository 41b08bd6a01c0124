// Delta pages: one statement, so that page, head and last mutation agree, with the text put together inside it.

import type { Page, PageRequest } from "../port.ts";
import { placesOf, type SpaceRow, toHead } from "../rows.ts";
import type { Session } from "./database.ts";

type PageRow = SpaceRow & {
  readonly count: number;
  readonly last: number | null;
  readonly changes: string | null;
  readonly found: number;
  readonly last_mutation: number | null;
};

export async function readPage(
  { query }: Session,
  request: PageRequest,
): Promise<Page | undefined> {
  const { space, after, tombstonesAfter, limit, maxBytes, separator, collections } = request;
  // No row lies under these where no client is named.
  const { client = { userId: "", clientId: "" } } = request;
  const values = [space, after, tombstonesAfter, limit, maxBytes, separator];
  values.push(...placesOf(client), client.userId);
  const [row] = await query<PageRow>(
    statementFor(collections?.length, request.form === "state" ? STATE : "body"),
    [...values, ...(collections ?? [])],
  );
  if (row === undefined) return undefined;
  const head = toHead(row);
  const more = row.found > row.count;
  return {
    head,
    changes: row.changes ?? "",
    count: row.count,
    stamp: more ? (row.last ?? after) : Math.max(head.stamp, after),
    more,
    lastMutation: row.last_mutation ?? 0,
  };
}

const FIRST_COLLECTION = 10;
/** A record's text with all that is known of it. */
const STATE = `CASE WHEN rest IS NULL AND created_stamp = stamp THEN body
  ELSE '[' || created_stamp || ',' || coalesce(rest, 'null') || ',' || body || ']' END`;

/**
 * All collections: an index range of (space, stamp). Some: a range of (space, collection, stamp) for each, merged.
 * Either way the cost is that of what is read. The limit is a subquery's so that it is not known to the planner: of few rows,
 * as it takes a space for that it has no statistics of, it would sort all rather than begin to read in the index's order.
 */
function statementFor(collections: number | undefined, text: string): string {
  const wanted = "space = $1 AND stamp > 0 AND stamp > $2 AND (deleted = 0 OR stamp > $3)";
  const rowsOf = (which: string) =>
    `(SELECT stamp, bytes, ${text} AS body FROM records WHERE ${which}${wanted} ORDER BY stamp LIMIT (SELECT $4::bigint + 1))`;
  const candidates =
    collections === undefined
      ? rowsOf("")
      : Array.from({ length: collections }, (_, i) =>
          rowsOf(`collection = $${FIRST_COLLECTION + i} AND `),
        ).join(" UNION ALL ");
  // Every row goes by once: what is read again from a CTE is copied for it.
  return `
    WITH candidates AS (SELECT * FROM (${candidates}) AS c ORDER BY stamp LIMIT $4::bigint + 1),
    sized AS (SELECT stamp, body, row_number() OVER w AS place, sum(bytes::int + 1) OVER w AS total
      FROM candidates WINDOW w AS (ORDER BY stamp ROWS UNBOUNDED PRECEDING)),
    marked AS (SELECT stamp, body, place <= $4 AND (place = 1 OR total <= $5) AS fits FROM sized),
    page AS (SELECT count(*) AS found, count(*) FILTER (WHERE fits) AS count, max(stamp) FILTER (WHERE fits) AS last,
        string_agg(body, $6 ORDER BY stamp) FILTER (WHERE fits) AS changes FROM marked)
    SELECT s.*, page.*, c.last_mutation
    FROM spaces s CROSS JOIN page
      LEFT JOIN clients c ON c.space = s.space AND c.client_id IN ($7, $8) AND c.user_id = $9
    WHERE s.space = $1`;
}
