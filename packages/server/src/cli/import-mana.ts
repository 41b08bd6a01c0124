// syncline import mana: the change log of a mana-sync server becomes spaces, with its history and the times of its fields.

import {
  DEFAULT_LIMITS,
  hash64,
  personalSpace,
  type RecordState,
  recordKeyToText,
  SynclineError,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import { loadApps } from "../config/load-apps.ts";

import { systemEngineEnvironment } from "../create-server.ts";
import { clientIdOf, encodeName } from "../dialects/mana/ids.ts";
import { translate } from "../dialects/mana/translate.ts";
import { newSpace } from "../engine/admit.ts";
import { decideUnnumbered } from "../engine/decide-unnumbered.ts";
import type { CommitUnit, HistoryEntry, LoadedSpace, SpaceHead, Store } from "../store/port.ts";
import { type Database, openDatabase } from "../store/postgres/database.ts";
import { type CommandInput, printJson, printLine, UsageError } from "./command.ts";
import { type ManaLog, type ManaRow, manaColumns, manaLogs, readLog } from "./mana-rows.ts";
import { openStore } from "./open.ts";
import { createProgress } from "./progress.ts";

/** Counts, in each space, the rows that were imported. */
const IMPORTER = "mana-import";
/** What may have been committed late, into the middle of what was read: read again, which alters nothing. */
const OVERLAP = 1_000;
/** Rows in one transaction, of however many spaces. */
const BATCH = 2_000;
const MAX_REPORTED = 20;
const LIMITS = { ...DEFAULT_LIMITS, recordBytes: DEFAULT_LIMITS.bodyBytes };

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
  const logs = await manaLogs(source, app);
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
    const space = `${encodeName(log.appId)}/${personalSpace(log.userId)}`;
    spaces.push(space);
    const begun = (await store.client(space, IMPORTER))?.lastMutation ?? 0;
    const skip = Math.max(0, begun - OVERLAP);
    const definition = apps === "open" ? undefined : apps.find(({ name }) => name === log.appId);
    let count = skip;
    read += skip;
    for await (const page of readLog(source, log, columns, skip)) {
      if (terminal.signal.aborted) {
        await flush();
        progress.finish();
        terminal.stderr.write("Stopped. Run it again to go on.\n");
        return 1;
      }
      count += page.length;
      read += page.length;
      waiting += page.length;
      const rows: ManaRow[] = [];
      for (const row of page) {
        if (row instanceof SynclineError) problems.push(row.message);
        else rows.push(row);
      }
      units.push(unitOf(space, log, { rows, count, app: definition }));
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
    if (total === 0)
      printLine(
        terminal,
        "There were none. Row-level security hides them from all but their user: connect as a superuser.",
      );
  }
  for (const problem of problems.slice(0, MAX_REPORTED))
    terminal.stderr.write(`passed over ${problem}\n`);
  if (problems.length > MAX_REPORTED)
    terminal.stderr.write(`and ${problems.length - MAX_REPORTED} more\n`);
  return problems.length === 0 ? 0 : 1;
}

interface Batch {
  readonly rows: readonly ManaRow[];
  /** Rows of this log that are imported with it. */
  readonly count: number;
  readonly app: AppDefinition | undefined;
}

/**
 * The rows of a page as one commit. Each takes the stamp of the microsecond in which mana-sync received it, so that a
 * cursor that a device has from there stands where it stood.
 */
function unitOf(
  space: string,
  { userId }: ManaLog,
  { rows, count, app }: Batch,
): CommitUnit<Outcome> {
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
    clientId: IMPORTER,
    decide(loaded) {
      if (loaded === undefined) return { result: { problems: [`${space} is not there any more`] } };
      const problems: string[] = [];
      const records = new Map(loaded.records);
      const history: HistoryEntry[] = [];
      let head: SpaceHead = loaded.head;
      for (const row of rows) {
        try {
          const { writes } = decideRow(
            row,
            { ...loaded, head, records: only(records, row), client: undefined },
            { userId, app },
          );
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
      const lastMutation = Math.max(count, loaded.client?.lastMutation ?? 0);
      const client = {
        clientId: IMPORTER,
        userId: IMPORTER,
        lastMutation,
        recent: [],
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
  { receivedAt, clientId, change }: ManaRow,
  loaded: LoadedSpace,
  { userId, app }: { readonly userId: string; readonly app: AppDefinition | undefined },
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
        changes: (records) => translate([change], records, { clientId: author, now: receivedAt }),
      },
    },
  );
  if (result.type === "refused") throw result.error;
  return { writes };
}

/** One text for what all spaces hold: two imports of one log have the same. */
async function digestOf(
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
