// What the log and the metrics say when the database or the bus goes, and when it is back.

import { isSynclineError, SynclineError } from "@syncline/core";
import type { FastifyBaseLogger } from "fastify";
import { type BackupSchedule, createBackupSchedule } from "../backups/schedule.ts";
import { verifyAside } from "../backups/verify-aside.ts";
import type { Bus } from "../bus/port.ts";
import type { Store } from "../store/port.ts";
import { inTime, kept } from "./in-time.ts";
import type { Metrics } from "./metrics.ts";
import type { OutageLog } from "./outages.ts";

/** What counting may take of all time: one part in so many. */
const REST = 100;
const PATIENCE_MS = 1_000;

type Log = Pick<FastifyBaseLogger, "error" | "warn">;

export function outageLog(
  log: Log,
  metrics: Pick<Metrics, "databaseUp" | "databaseFailed">,
): OutageLog {
  return {
    away(thrown) {
      metrics.databaseUp(false);
      const { code, message } = isSynclineError(thrown) ? thrown : new SynclineError("internal");
      log.error({ code, reason: message, cause: reasonOf(thrown) }, "the database is away");
    },
    back({ seconds, failures }) {
      metrics.databaseUp(true);
      const rounded = Math.round(seconds * 10) / 10;
      log.warn({ seconds: rounded, failures }, `the database is back after ${rounded} s`);
    },
    failed: metrics.databaseFailed,
  };
}

/** @returns a function that ends the watching */
export function watchBus(
  bus: Bus,
  log: Log,
  metrics: Pick<Metrics, "busUp">,
  now: () => number,
): () => void {
  let lostMs = 0;
  return bus.watch((connected, reason) => {
    metrics.busUp(connected);
    if (connected) {
      const seconds = Math.round((now() - lostMs) / 100) / 10;
      log.warn({ seconds }, `the bus is back after ${seconds} s`);
      return;
    }
    lostMs = now();
    log.error(
      { reason: reasonOf(reason) },
      "the bus is away: what other servers commit is found by looking for it",
    );
  });
}

/** Backups of the server's own, each with a line in the log. */
export function scheduledBackups(
  {
    folder,
    everyMs,
    keep,
  }: { readonly folder: string; readonly everyMs: number; readonly keep: number },
  store: Pick<Store, "backup">,
  log: Pick<FastifyBaseLogger, "error" | "info">,
  metrics: Pick<Metrics, "backupAt" | "backupFailed">,
): BackupSchedule {
  return createBackupSchedule({
    folder,
    everyMs,
    keep,
    copy: store.backup,
    verify: verifyAside,
    now: () => Date.now(),
    newest: metrics.backupAt,
    made: ({ file, spaces, records, bytes }) =>
      log.info({ file, spaces, records, bytes }, "a backup was made and verified"),
    failed(thrown) {
      metrics.backupFailed();
      log.error({ err: thrown }, "a backup failed");
    },
  });
}

/** Before the metrics are read: how much there is in the database, as of a while ago, and what is in use now. */
export function watchStore(
  store: Pick<Store, "figures" | "load">,
  metrics: Pick<Metrics, "beforeReading" | "store" | "storeLoad">,
  now: () => number,
): void {
  // Counting a large database takes its time: a hundredth of all time at most, and nobody waits for it.
  const count = kept(now, REST, async () => {
    const figures = await store.figures().catch(() => undefined); // the store's outages are told already
    if (figures !== undefined) metrics.store(figures);
  });
  metrics.beforeReading(async () => {
    metrics.storeLoad(store.load());
    await inTime(count(), PATIENCE_MS).catch(() => undefined); // what is counted late is told the next time
  });
}

/** What the driver said: no statement, no address, no stack. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return "unknown";
  return "code" in cause && typeof cause.code === "string"
    ? `${cause.name} ${cause.code}`
    : cause.message;
}
