// Delta pages: put together as text inside SQL, never parsed on their way to the reader.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Page, PageRequest } from "../port.ts";
import { placesOf, type SpaceRow, toHead } from "../rows.ts";
import { one } from "./commit.ts";

interface Statements {
  readonly size: StatementSync;
  readonly cut: StatementSync;
  readonly text: StatementSync;
  readonly more: StatementSync;
}

/** A record's text with all that is known of it. */
const STATE = `CASE WHEN rest IS NULL AND created_stamp = stamp THEN body
  ELSE '[' || created_stamp || ',' || coalesce(rest, 'null') || ',' || body || ']' END`;

/** Prepares the statements of pages as they are needed, and gives the function that reads one. */
export function createPageReader(db: DatabaseSync): (request: PageRequest) => Page | undefined {
  const prepared = new Map<string, Statements>();
  const space = db.prepare("SELECT * FROM spaces WHERE space = ?");
  const client = db.prepare(
    "SELECT last_mutation FROM clients WHERE space = ? AND client_id IN (?, ?) AND user_id = ?",
  );
  const statementsFor = (request: PageRequest): Statements => {
    const shape = `${request.collections?.length ?? "all"} ${request.form ?? "wire"}`;
    const held = prepared.get(shape) ?? prepare(db, request);
    prepared.set(shape, held);
    return held;
  };
  return (request) => {
    // One read transaction is one snapshot, whatever another process commits meanwhile.
    db.exec("BEGIN");
    try {
      const row = one<SpaceRow>(space, request.space);
      if (row === undefined) return undefined;
      const key = request.client;
      const last =
        key === undefined
          ? undefined
          : one<{ last_mutation: number }>(client, request.space, ...placesOf(key), key.userId);
      return {
        ...readPage(statementsFor(request), request, row),
        lastMutation: last?.last_mutation ?? 0,
      };
    } finally {
      db.exec("COMMIT");
    }
  };
}

function readPage(
  statements: Statements,
  request: PageRequest,
  row: SpaceRow,
): Omit<Page, "lastMutation"> {
  const head = toHead(row);
  const { after } = request;
  // Most readers ask whether there is anything new, and most of the time there is not.
  if (after >= head.stamp) return { head, changes: "", count: 0, stamp: after, more: false };
  const range = rangeOf(request, after);
  const whole = one<{ bytes: number | null }>(statements.size, ...range, request.limit);
  let limit = request.limit;
  if ((whole?.bytes ?? 0) > request.maxBytes) {
    const cut = one<{ count: number }>(statements.cut, ...range, request.limit, request.maxBytes);
    limit = Math.max(1, cut?.count ?? 1);
  }
  const page = one<{ count: number; last: number | null; changes: string | null }>(
    statements.text,
    request.separator,
    ...range,
    limit,
  );
  const count = page?.count ?? 0;
  const last = page?.last ?? after;
  const more = count === limit && one(statements.more, ...rangeOf(request, last), 1) !== undefined;
  return {
    head,
    changes: page?.changes ?? "",
    count,
    stamp: more ? last : Math.max(head.stamp, after),
    more,
  };
}

/** The values of the statements' placeholders up to the limit. */
function rangeOf(
  { space, collections, tombstonesAfter }: PageRequest,
  after: number,
): (string | number)[] {
  if (collections === undefined) return [space, after, tombstonesAfter];
  return collections.flatMap((collection) => [space, collection, after, tombstonesAfter]);
}

/**
 * All collections: an index range of (space, stamp). Some: a range of (space, collection, stamp) for each,
 * merged. Either way the cost is that of what is read.
 */
function prepare(db: DatabaseSync, { collections, form }: PageRequest): Statements {
  const wanted = "AND stamp > ? AND (deleted = 0 OR stamp > ?)";
  const rowsOf = (columns: string) =>
    collections === undefined
      ? `SELECT ${columns} FROM records WHERE space = ? ${wanted} ORDER BY stamp`
      : `SELECT * FROM (${collections
          .map(() => `SELECT ${columns} FROM records WHERE space = ? AND collection = ? ${wanted}`)
          .join(" UNION ALL ")} ORDER BY stamp)`;
  const text = form === "state" ? STATE : "body";
  // Only the text touches the rows: the indexes hold everything else.
  const sizes = rowsOf("stamp, bytes + 1 AS bytes");
  return {
    size: db.prepare(`SELECT sum(bytes) AS bytes FROM (${sizes} LIMIT ?)`),
    cut: db.prepare(
      `SELECT count(*) AS count FROM (SELECT sum(bytes) OVER (ORDER BY stamp ROWS UNBOUNDED PRECEDING) AS total
        FROM (${sizes} LIMIT ?)) WHERE total <= ?`,
    ),
    text: db.prepare(
      `SELECT count(*) AS count, max(stamp) AS last, group_concat(body, ?) AS changes
        FROM (${rowsOf(`stamp, ${text} AS body`)} LIMIT ?)`,
    ),
    more: db.prepare(`SELECT 1 FROM (${sizes} LIMIT ?)`),
  };
}
