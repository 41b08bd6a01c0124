// syncline import mana: the change log of a mana-sync server becomes spaces, with its history and the times of its fields.

import {
  DEFAULT_LIMITS,
  hash64,
  personalSpace,
  type RecordState,
  recordKeyToText,
  SynclineError,
  spaceToText,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import { loadApps } from "../config/load-apps.ts";

import { systemEngineEnvironment } from "../create-server.ts";
import { clientIdOf, encodeName } from "../dialects/mana/ids.ts";
import { DEFAULT_MANA_LIMITS } from "../dialects/mana/options.ts";
import { orgSpace } from "../dialects/mana/places.ts";
import { translate } from "../dialects/mana/translate.ts";
import { newSpace } from "../engine/admit.ts";
import { decideUnnumbered } from "../engine/decide-unnumbered.ts";
import type {
  CommitUnit,
  HistoryEntry,
  LoadedSpace,
  RecentMutation,
  SpaceHead,
  Store,
} from "../store/port.ts";
import { type Database, openDatabase } from "../store/postgres/database.ts";
import { type CommandInput, printJson, printLine, UsageError } from "./command.ts";
import {
  type LogPlace,
  type ManaLog,
  type ManaReport,
  type ManaRow,
  manaColumns,
  manaLogs,
  readLog,
  reportOn,
} from "./mana-rows.ts";
import { note } from "./noting.ts";
import { openStore } from "./open.ts";
import { createProgress } from "./progress.ts";

/** Remembers, in each space, which rows were imported last. */
const IMPORTER = "mana-import";
/** What may have been committed late lies among the last rows: they are read again, and those that are known passed over. */
const OVERLAP = 1_000;
/** Rows in one transaction, of however many spaces. */
const BATCH = 2_000;
const MAX_REPORTED = 20;
/** What could be edited there can be imported, and edited here. */
const { recordBytes, jsonDepth } = DEFAULT_MANA_LIMITS;
const LIMITS = { ...DEFAULT_LIMITS, recordBytes, jsonDepth };

interface Outcome {
  readonly problems: readonly string[];
}

export async function importMana(input: CommandInput): Promise<number> {
  const { terminal, flags, config } = input;
  const { from, app } = flags;
  if (typeof from !== "string")
    throw new UsageError("--from is missing: name mana-sync's database");
  const { apps } = await loadApps(config, terminal.cwd);
  const source = await openDatabase({ url: from, statementMs: 600_000 });
  try {
    await using store = await openStore(input, "make");
    if (flags["dry-run"] !== true)
      await note(store, { action: "import", details: { from: "mana" } });
    return await run(input, {
      source,
      store,
      apps,
      app: typeof app === "string" ? app : undefined,
    });
  } finally {
    await source.close();
  }
}

interface Work {
  readonly source: Database;
  readonly store: Store;
  readonly apps: readonly AppDefinition[] | "open";
  readonly app: string | undefined;
}

async function run(input: CommandInput, { source, store, apps, app }: Work): Promise<number> {
  const { terminal, flags, json } = input;
  const columns = await manaColumns(source);
  const report = await reportOn(source, { columns, app, recordBytes });
  const isShared = input.config.manaAuthUrl !== undefined;
  const problem = problemOf(report, { isShared, isUnshared: flags["unshared"] === true });
  if (flags["dry-run"] === true) {
    printReport(input, report);
    if (problem !== undefined) terminal.stderr.write(`${problem}\n`);
    return problem === undefined ? 0 : 1;
  }
  if (problem !== undefined) throw new SynclineError("invalid", problem);
  const selection = { columns, app, isShared };
  const logs = await manaLogs(source, selection);
  const total = logs.reduce((sum, { rows }) => sum + rows, 0);
  const started = performance.now();
  const progress = createProgress(terminal, "imported");
  const problems: string[] = [];
  const spaces: string[] = [];
  let units: CommitUnit<Outcome>[] = [];
  let waiting = 0;
  let read = 0;

  async function flush(): Promise<void> {
    const outcomes = units.length === 0 ? [] : await store.commit(units);
    units = [];
    waiting = 0;
    for (const outcome of outcomes) problems.push(...outcome.problems);
    if (problems.length > 0 && flags["continue-on-error"] !== true)
      throw new SynclineError(
        "invalid",
        `${problems[0]} (--continue-on-error passes over such rows)`,
      );
    progress.update(read, total);
  }

  for (const log of logs) {
    const space = spaceOf(log);
    spaces.push(space);
    const client = await store.client(space, { userId: IMPORTER, clientId: IMPORTER });
    const known = new Set(client?.recent.map(({ fingerprint }) => fingerprint));
    const first = client?.recent[0]?.fingerprint;
    const definition = apps === "open" ? undefined : apps.find(({ name }) => name === log.appId);
    read += Math.max(0, (client?.lastMutation ?? 0) - known.size);
    const from = first === undefined ? undefined : placeOf(first);
    for await (const page of readLog(source, log, selection, from)) {
      if (terminal.signal.aborted) {
        await flush();
        progress.finish();
        terminal.stderr.write("Stopped. Run it again to go on.\n");
        return 1;
      }
      read += page.length;
      const rows: ManaRow[] = [];
      for (const row of page) {
        if (row instanceof SynclineError) problems.push(row.message);
        else if (!known.has(fingerprintOf(row))) rows.push(row);
      }
      waiting += rows.length;
      if (rows.length > 0) units.push(unitOf(space, { rows, app: definition }));
      if (waiting >= BATCH || units.length >= BATCH) await flush();
    }
  }
  await flush();
  progress.finish();
  const seconds = (performance.now() - started) / 1000;
  const { digest, records } = await digestOf(store, spaces);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const rate = Math.round(total / Math.max(seconds, 0.001));
  if (json)
    printJson(terminal, {
      spaces: spaces.length,
      rows: total,
      records,
      digest,
      problems: problems.length,
      rowsPerSecond: rate,
      peakMb,
    });
  else {
    const number = (value: number) => value.toLocaleString("en");
    printLine(
      terminal,
      `Imported ${number(total)} rows into ${number(spaces.length)} spaces: ${number(records)} records, digest ${digest}, ${number(rate)} rows/s, at most ${number(peakMb)} MB.`,
    );
  }
  for (const problem of problems.slice(0, MAX_REPORTED))
    terminal.stderr.write(`passed over ${problem}\n`);
  if (problems.length > MAX_REPORTED)
    terminal.stderr.write(`and ${problems.length - MAX_REPORTED} more\n`);
  return problems.length === 0 ? 0 : 1;
}

/** Why a log is not imported as it is asked for. */
function problemOf(
  { hidesRows, rows, sharedRows }: ManaReport,
  { isShared, isUnshared }: { readonly isShared: boolean; readonly isUnshared: boolean },
): string | undefined {
  if (hidesRows)
    return `Row-level security hides rows of sync_changes from this user, who sees ${rows}: connect as a superuser, or as a role with BYPASSRLS.`;
  if (sharedRows > 0 && !isShared && !isUnshared)
    return `${sharedRows} rows belong to organisations: give --mana-auth-url, with which their members share them, or --unshared to leave each with who wrote it.`;
  return undefined;
}

function printReport({ terminal, json }: CommandInput, report: ManaReport): void {
  if (json) {
    printJson(terminal, report);
    return;
  }
  const number = (value: number) => value.toLocaleString("en");
  const { estimatedRows } = report;
  const lines: [string, string][] = [
    ["users", number(report.users)],
    ["apps", number(report.apps)],
    ["rows", number(report.rows)],
    ["records too large", number(report.recordsTooLarge)],
    ["inserts without a time", number(report.untimedInserts)],
    ["rows of organisations", number(report.sharedRows)],
    [
      "hidden by row-level security",
      report.hidesRows ? `yes; the table has about ${number(estimatedRows ?? 0)} rows` : "none",
    ],
  ];
  for (const [name, value] of lines) printLine(terminal, `${name.padEnd(30)} ${value}`);
  printLine(terminal, "Nothing was imported.");
}

function spaceOf({ appId, userIds, orgId }: ManaLog): string {
  if (orgId !== null) return spaceToText(orgSpace(appId, orgId));
  return `${encodeName(appId)}/${personalSpace(userIds[0] ?? "")}`;
}

function fingerprintOf({ receivedAt, id }: LogPlace): string {
  return `${receivedAt} ${id}`;
}

function placeOf(fingerprint: string): LogPlace {
  const [receivedAt = "", id = ""] = fingerprint.split(" ");
  return { receivedAt: Number(receivedAt), id };
}

/** The last rows that were imported, in their order. */
function lastRows(
  before: readonly RecentMutation[],
  imported: readonly ManaRow[],
): RecentMutation[] {
  const added = imported.slice(-OVERLAP).map((row) => ({
    fingerprint: fingerprintOf(row),
    result: { id: 1, status: "applied" as const },
  }));
  const all = [...before, ...added].map((entry) => ({ entry, ...placeOf(entry.fingerprint) }));
  all.sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
  return all.slice(-OVERLAP).map(({ entry }) => entry);
}

interface Batch {
  readonly rows: readonly ManaRow[];
  readonly app: AppDefinition | undefined;
}

/**
 * The rows of a page as one commit. Each takes the stamp of the microsecond in which mana-sync received it, so that a
 * cursor that a device has from there stands where it stood.
 */
function unitOf(space: string, { rows, app }: Batch): CommitUnit<Outcome> {
  const keys = new Map(
    rows.map(({ change: { collection, id } }) => [
      recordKeyToText({ collection, id }),
      { collection, id },
    ]),
  );
  return {
    space,
    create: newSpace(systemEngineEnvironment()),
    records: [...keys.values()],
    client: { userId: IMPORTER, clientId: IMPORTER },
    decide(loaded) {
      if (loaded === undefined) return { result: { problems: [`${space} is not there any more`] } };
      const problems: string[] = [];
      const records = new Map(loaded.records);
      const history: HistoryEntry[] = [];
      const imported: ManaRow[] = [];
      let head: SpaceHead = loaded.head;
      for (const row of rows) {
        try {
          const { writes } = decideRow(
            row,
            { ...loaded, head, records: only(records, row), client: undefined },
            app,
          );
          imported.push(row);
          if (writes === undefined) continue;
          head = { ...head, ...writes.head };
          for (const record of writes.records) records.set(recordKeyToText(record), record);
          history.push(...writes.history);
        } catch (thrown) {
          problems.push(
            `row ${row.id}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
          );
        }
      }
      const written: RecordState[] = [...records.values()].filter(
        (record) => loaded.records.get(recordKeyToText(record)) !== record,
      );
      const client = {
        clientId: IMPORTER,
        userId: IMPORTER,
        lastMutation: (loaded.client?.lastMutation ?? 0) + imported.length,
        recent: lastRows(loaded.client?.recent ?? [], imported),
        seenAtMs: Date.now(),
      };
      return { result: { problems }, writes: { head, records: written, history, client } };
    },
  };
}

function only(
  records: ReadonlyMap<string, RecordState>,
  { change }: ManaRow,
): ReadonlyMap<string, RecordState> {
  const key = recordKeyToText(change);
  const record = records.get(key);
  return new Map(record === undefined ? [] : [[key, record]]);
}

function decideRow(
  { receivedAt, userId, clientId, change }: ManaRow,
  loaded: LoadedSpace,
  app: AppDefinition | undefined,
) {
  const author = clientIdOf(clientId, userId);
  const stamp = Math.max(loaded.head.stamp, receivedAt - 1);
  const { writes, result } = decideUnnumbered(
    { ...loaded, head: { ...loaded.head, stamp } },
    {
      principal: { userId },
      app,
      limits: LIMITS,
      wallMs: Math.floor(receivedAt / 1000),
      rules: undefined, // whose log it is, he may
      request: {
        clientId: author,
        records: [],
        mutations: (records) => translate([change], records, { clientId: author, now: receivedAt }),
      },
    },
  );
  const [refused] = result.outcome.refused;
  if (refused !== undefined) throw refused.error;
  return { writes };
}

/** One text for what all spaces hold: two imports of one log have the same. */
export async function digestOf(
  store: Store,
  spaces: readonly string[],
): Promise<{ readonly digest: string; readonly records: number }> {
  const lines: string[] = [];
  let records = 0;
  for (const space of spaces) {
    const { tallies = {} } = (await store.head(space)) ?? {};
    for (const [collection, { digest, count }] of Object.entries(tallies)) {
      lines.push(`${space} ${collection} ${digest} ${count}`);
      records += count;
    }
  }
  return { digest: hash64(lines.sort().join("\n")), records };
}
