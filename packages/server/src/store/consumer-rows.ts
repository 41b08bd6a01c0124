// Checkpoints, leases and dead letters in SQL: the statements that SQLite and PostgreSQL share.

import type {
  Claim,
  ClaimRequest,
  ConsumerProgress,
  ConsumerStore,
  DeadLetter,
} from "./consumer-port.ts";
import type { HistoryEntry } from "./port.ts";

/** Runs statements whose parameters are written `$1`, `$2`… */
export interface ConsumerSql {
  query<Of extends object>(text: string, values: readonly unknown[]): Promise<Of[]>;
  /** Runs all of them in one transaction; none where the first finds no row, which is then said with false. */
  guarded(statements: readonly Statement[]): Promise<boolean>;
  /** Milliseconds since 1970, by a clock that all nodes share. */
  readonly now: string;
  /** Whether a text is among those of parameter `$n`, a JSON list. */
  isOneOf(expression: string, parameter: string): string;
  /** The app of a space's name. */
  readonly appOf: string;
  /** A condition that is always true; whoever changes something under it need not wait for the disk. */
  readonly unwaited: string;
}

export type Statement = readonly [text: string, values: readonly unknown[]];

const MOVE = "checkpoint = CASE WHEN checkpoint > $4 THEN checkpoint ELSE $4 END, attempts = 0";
const MOVE_AND_SET = `${MOVE}, due_ms = $5`;

interface LetterRow {
  readonly consumer: string;
  readonly space: string;
  readonly entry: string;
  readonly attempts: number;
  readonly error: string;
  readonly at_ms: number;
  readonly again: number;
}

export function createSqlConsumers(sql: ConsumerSql): ConsumerStore {
  const { now } = sql;
  /** Changes the row of a claim, if it is still that claim's. */
  const fenced = (
    set: string,
    { consumer, space, fence }: Claim,
    ...values: readonly unknown[]
  ): Statement => [
    `UPDATE consumers SET ${set} WHERE consumer = $1 AND space = $2 AND fence = $3 AND ${sql.unwaited} RETURNING 1 AS done`,
    [consumer, space, fence, ...values],
  ];
  const changed = async (...statement: Parameters<typeof fenced>) =>
    (await sql.query(...fenced(...statement))).length > 0;

  /** The spaces that may be claimed, as the rows `s` and `c`; values from `$1` to `$4`, and what it adds. */
  function candidates(
    { consumer, startAt, limit, atMs, spaces, apps }: Omit<ClaimRequest, "leaseMs">,
    leaseMs: number,
  ): { readonly from: string; readonly values: readonly unknown[] } {
    const values: unknown[] = [consumer, startAt, leaseMs, limit, atMs];
    const oneOf = (expression: string, texts: readonly string[] | undefined) => {
      if (texts === undefined) return "";
      values.push(JSON.stringify(texts));
      return `AND ${sql.isOneOf(expression, `$${values.length}`)}`;
    };
    const from = `FROM spaces s LEFT JOIN consumers c ON c.consumer = $1 AND c.space = s.space
      WHERE (s.stamp > coalesce(c.checkpoint, $2) OR c.due_ms <= $5
          OR EXISTS (SELECT 1 FROM dead_letters d WHERE d.consumer = $1 AND d.space = s.space AND d.again = 1))
        AND coalesce(c.until_ms, 0) <= ${now} AND coalesce(c.retry_at_ms, 0) <= ${now} AND $3 >= 0 AND ${sql.unwaited}
        ${oneOf("s.space", spaces)} ${oneOf(sql.appOf, apps)}
      ORDER BY coalesce(c.checkpoint, $2), s.space LIMIT $4`;
    return { from, values };
  }

  return {
    async register(consumer, startAt) {
      await sql.query(
        "INSERT INTO consumer_starts (consumer, stamp) VALUES ($1, $2) ON CONFLICT (consumer) DO NOTHING",
        [consumer, startAt],
      );
      const [row] = await sql.query<{ stamp: number }>(
        "SELECT stamp FROM consumer_starts WHERE consumer = $1",
        [consumer],
      );
      return row?.stamp ?? startAt;
    },
    async claim(request) {
      const { from, values } = candidates(request, request.leaseMs);
      const rows = await sql.query<Claim>(
        `INSERT INTO consumers (consumer, space, checkpoint, fence, until_ms, retry_at_ms, attempts)
         SELECT $1, s.space, $2, ${now}, ${now} + $3, 0, 0 ${from}
         ON CONFLICT (consumer, space) DO UPDATE SET fence = consumers.fence + 1, until_ms = excluded.until_ms
           WHERE consumers.until_ms <= ${now} AND consumers.retry_at_ms <= ${now}
         RETURNING consumer, space, fence, checkpoint, attempts, due_ms AS "dueMs"`,
        values,
      );
      return rows.map((row) => ({ ...row }));
    },
    async waiting(request) {
      const { from, values } = candidates(request, 0);
      const rows = await sql.query<{ readonly space: string }>(
        `SELECT s.space AS space ${from}`,
        values,
      );
      return rows.map(({ space }) => space);
    },
    renew: (claim, leaseMs) => changed(`until_ms = ${now} + $4`, claim, leaseMs),
    advance: (claim, checkpoint, dueMs) =>
      dueMs === undefined
        ? changed(MOVE, claim, checkpoint)
        : changed(MOVE_AND_SET, claim, checkpoint, dueMs),
    fail: (claim, retryInMs) =>
      changed(
        `attempts = attempts + 1, until_ms = 0, retry_at_ms = ${now} + $4`,
        claim,
        Math.round(retryInMs),
      ),
    bury: (claim, { entry, attempts, error }) =>
      sql.guarded([
        fenced(MOVE, claim, entry.stamp),
        [
          `INSERT INTO dead_letters (consumer, space, stamp, entry, attempts, error, at_ms, again)
           VALUES ($1, $2, $3, $4, $5, $6, ${now}, 0) ON CONFLICT (consumer, space, stamp) DO NOTHING`,
          [claim.consumer, claim.space, entry.stamp, JSON.stringify(entry), attempts, error],
        ],
      ]),
    settle: (claim, stamp, error) => {
      const key = [claim.consumer, claim.space, stamp];
      const where = "WHERE consumer = $1 AND space = $2 AND stamp = $3";
      const again = `UPDATE dead_letters SET again = 0, attempts = attempts + 1, error = $4 ${where}`;
      return sql.guarded([
        fenced("fence = fence", claim),
        error === null ? [`DELETE FROM dead_letters ${where}`, key] : [again, [...key, error]],
      ]);
    },
    async release(claim) {
      await changed("until_ms = 0", claim);
    },
    async letters({ consumer, space, again, limit }) {
      const values: unknown[] = [limit];
      const equal = (column: string, value: unknown) => {
        if (value === undefined) return "";
        values.push(value);
        return `AND ${column} = $${values.length}`;
      };
      const rows = await sql.query<LetterRow>(
        `SELECT consumer, space, entry, attempts, error, at_ms, again FROM dead_letters WHERE 1 = 1
         ${equal("consumer", consumer)} ${equal("space", space)} ${equal("again", again && 1)}
         ORDER BY at_ms, consumer, space, stamp LIMIT $1`,
        values,
      );
      return rows.map(toLetter);
    },
    async revive({ consumer, space, stamp }) {
      const values: unknown[] = [consumer];
      const equal = (column: string, value: unknown) => {
        if (value === undefined) return "";
        values.push(value);
        return `AND ${column} = $${values.length}`;
      };
      const rows = await sql.query(
        `UPDATE dead_letters SET again = 1 WHERE consumer = $1 ${equal("space", space)} ${equal("stamp", stamp)}
         RETURNING 1 AS done`,
        values,
      );
      return rows.length;
    },
    async progress() {
      const rows = await sql.query<ConsumerProgress>(
        `SELECT a.consumer AS consumer,
           (SELECT count(*) FROM spaces s LEFT JOIN consumers c ON c.consumer = a.consumer AND c.space = s.space
            WHERE s.stamp > coalesce(c.checkpoint, a.stamp)) AS behind,
           (SELECT count(*) FROM dead_letters d WHERE d.consumer = a.consumer) AS "deadLetters"
         FROM consumer_starts a ORDER BY a.consumer`,
        [],
      );
      return rows.map((row) => ({ ...row }));
    },
    async forget(consumer) {
      for (const table of ["dead_letters", "consumers", "consumer_starts"])
        await sql.query(`DELETE FROM ${table} WHERE consumer = $1`, [consumer]);
    },
  };
}

function toLetter({
  consumer,
  space,
  entry,
  attempts,
  error,
  at_ms,
  again,
}: LetterRow): DeadLetter {
  const parsed = JSON.parse(entry) as HistoryEntry; // what bury wrote
  return { consumer, space, entry: parsed, attempts, error, atMs: at_ms, again: again === 1 };
}
