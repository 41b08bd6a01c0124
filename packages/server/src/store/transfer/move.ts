// Moves a SQLite deployment into PostgreSQL while its server runs: copies until little is missing, then stops writes
// for the rest of it, compares, and leaves the old database closed to writes.

import type { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import type { DevicesAfterRestore } from "../port.ts";
import { checkDatabase, checkSpace } from "../postgres/check.ts";
import type { Database } from "../postgres/database.ts";
import { migrate } from "../postgres/migrate.ts";
import { beginMoving, endMoving, isMoving } from "../postgres/moving.ts";
import { rotateEpoch } from "../postgres/rotate-epoch.ts";
import { copyConsumers, copySpace } from "./copy-space.ts";
import { isFenced, raiseFence } from "./fence.ts";
import { postgresSignatures, sqliteSignatures } from "./signatures.ts";

export interface MoveOptions {
  readonly source: DatabaseSync;
  readonly target: Database;
  /** Between batches; what is copied until then stays, and the next run goes on. */
  readonly signal: AbortSignal;
  progress(copied: number, total: number): void;
  /** The source is closed to writes for what is left. */
  closing?(): void;
}

export interface MoveOutcome {
  readonly spaces: number;
  /** Rows of records and history that this run copied. */
  readonly rows: number;
  /** How long nothing could be written; 0 where nothing had to be stopped. */
  readonly closedMs: number;
}

/** Passes over a running source; after them it is closed whatever is left. */
const MAX_PASSES = 20;

/**
 * Copies everything, closes the source for good, and opens the target.
 * @throws {SynclineError} `conflict` when the target holds something else, `aborted`, `database_corrupt` when the
 *   copy does not add up (the source then goes on as if nothing had been)
 */
export async function moveToPostgres(options: MoveOptions): Promise<MoveOutcome> {
  const { source, target } = options;
  if (isFenced(source)) return await finish(options);
  await prepare(target);
  const count = createCounter(options);
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const behind = await differing(options);
    if (behind.length === 0) break;
    await copyAll(options, behind, count.copied);
    // Everything was new: what came meanwhile is the next pass. A pass of few spaces is done in no time.
    if (behind.length <= 8 && pass > 0) break;
  }
  // Long, and so before writes are stopped; what is copied after it is checked by itself.
  refuseProblems(await checkDatabase(target));
  const began = performance.now();
  options.closing?.();
  source.exec("BEGIN IMMEDIATE");
  try {
    const behind = await differing(options);
    await copyAll(options, behind, count.copied);
    for (const space of behind) refuseProblems(await checkSpace(target, space));
    await copyConsumers(source, target);
    const [ours, theirs] = [sqliteSignatures(source), await postgresSignatures(target)];
    for (const [space, signature] of ours) {
      if (theirs.get(space) !== signature)
        refuseProblems([{ space, message: "The copy differs from the original." }]);
    }
    raiseFence(source);
    source.exec("COMMIT");
    // In this order: at no moment could both take a write.
    await endMoving(target);
    return { spaces: ours.size, rows: count.rows(), closedMs: performance.now() - began };
  } catch (thrown) {
    if (source.isTransaction) source.exec("ROLLBACK");
    throw thrown;
  }
}

/** A move that ended between its last two steps. */
async function finish({ source, target }: MoveOptions): Promise<MoveOutcome> {
  const [ours, theirs] = [sqliteSignatures(source), await postgresSignatures(target)];
  const same = [...ours].every(([space, signature]) => theirs.get(space) === signature);
  if (!(await isMoving(target)) || !same)
    throw new SynclineError("conflict", "This database was moved already.");
  await endMoving(target);
  return { spaces: ours.size, rows: 0, closedMs: 0 };
}

/**
 * Copies a backup into an empty database, and gives every space another epoch: clients have seen a later history, and
 * none of them may keep a cursor of it.
 */
export async function restoreToPostgres(
  options: MoveOptions & { readonly devices: DevicesAfterRestore; newEpoch(): string },
): Promise<MoveOutcome> {
  const { source, target } = options;
  await prepare(target);
  const count = createCounter(options);
  await copyAll(options, await differing(options), count.copied);
  await copyConsumers(source, target);
  refuseProblems(await checkDatabase(target));
  for (const space of sqliteSignatures(source).keys())
    await rotateEpoch(target, { space, epoch: options.newEpoch(), devices: options.devices });
  await endMoving(target);
  return { spaces: sqliteSignatures(source).size, rows: count.rows(), closedMs: 0 };
}

/** @throws {SynclineError} `conflict` when there are spaces that no unfinished move of ours has brought */
async function prepare(target: Database): Promise<void> {
  await migrate(target);
  if (await isMoving(target)) return;
  const [row] = await target.query<{ count: number }>("SELECT count(*) AS count FROM spaces");
  if ((row?.count ?? 0) > 0)
    throw new SynclineError(
      "conflict",
      "There are spaces in that database already: name an empty one.",
    );
  await beginMoving(target);
}

async function differing({ source, target }: MoveOptions): Promise<string[]> {
  const theirs = await postgresSignatures(target);
  return [...sqliteSignatures(source)]
    .filter(([space, signature]) => theirs.get(space) !== signature)
    .map(([space]) => space);
}

async function copyAll(
  { source, target, signal }: MoveOptions,
  spaces: readonly string[],
  copied: (rows: number) => void,
): Promise<void> {
  for (const space of spaces) {
    await copySpace(source, target, space, (rows) => {
      copied(rows);
      if (signal.aborted)
        throw new SynclineError("aborted", "Stopped. Run it again to go on where it was.");
    });
  }
}

function createCounter({ source, progress }: MoveOptions) {
  const rowsOf = (table: string) =>
    Number(source.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.["count"]);
  const total = rowsOf("records") + rowsOf("changes");
  let rows = 0;
  return {
    rows: () => rows,
    copied(more: number) {
      rows += more;
      progress(rows, Math.max(rows, total));
    },
  };
}

function refuseProblems(problems: readonly { space?: string; message: string }[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new SynclineError(
    "database_corrupt",
    `${first.space ?? "The copy"}: ${first.message} Nothing was switched over.`,
  );
}
