// syncline export and import of a simple-sync history: one event a line, in the original's order of fields.

import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { resolve } from "node:path";
import { type SpaceAddress, SynclineError, spaceToText } from "@syncline/core";
import { createMemoryBus } from "../bus/memory.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { simpleApp } from "../dialects/simple/app.ts";
import {
  historyLines,
  type ImportTarget,
  importEvents,
  type LineEvent,
  lineToEvent,
} from "../dialects/simple/transfer.ts";
import { createEngine } from "../engine/create-engine.ts";
import { createKeyStore } from "../keys/index.ts";
import { type CommandInput, printJson, printLine, UsageError } from "./command.ts";
import { note, noteReading } from "./noting.ts";
import { OPERATOR, openStore, spaceArgument } from "./open.ts";
import { createProgress } from "./progress.ts";

/** So many events are written at once, or those that hold so much text. */
const BATCH = 1_000;
const BATCH_UNITS = 4 * 1024 * 1024;
const MAX_REPORTED = 20;

/** Whether a history of simple-sync is meant, and where it lies; `simple` alone is `simple/main`. */
export function simpleSpace(name: string, format: unknown): SpaceAddress | undefined {
  if (format !== undefined && format !== "jsonl")
    throw new UsageError('--format is "jsonl", or left out');
  if (name === "simple") return { app: "simple", name: "main" };
  return format === undefined ? undefined : spaceArgument(name);
}

/** @param path undefined: to the standard output */
export async function exportHistory(
  input: CommandInput,
  address: SpaceAddress,
  path: string | undefined,
): Promise<number> {
  const { terminal, json } = input;
  const file = path === undefined ? undefined : resolve(terminal.cwd, path);
  if (file !== undefined && existsSync(file))
    throw new SynclineError("invalid", `There is a file ${file} already.`, { path: "file" });
  await using store = await openStore(input, "read");
  const space = spaceToText(address);
  if ((await store.head(space)) === undefined)
    throw new SynclineError("not_found", `There is no space ${space}.`);
  await noteReading(input, { action: "export", target: space });
  const engine = createEngine({
    store,
    bus: createMemoryBus(),
    apps: [simpleApp({ name: address.app, older: false, isUser: async () => true, now: Date.now })],
    openApps: false,
    environment: systemEngineEnvironment(),
  });
  const admitted = await engine.admit(OPERATOR, address, "read");
  const out = file === undefined ? undefined : createWriteStream(file, { flags: "wx" });
  const progress = createProgress(terminal, "exported");
  let written = 0;
  for await (const { text, count } of historyLines(engine, admitted)) {
    if (terminal.signal.aborted) break;
    written += count;
    if (out === undefined) terminal.stdout.write(text);
    else if (!out.write(text)) await once(out, "drain");
    if (out !== undefined) progress.update(written, null);
  }
  if (out !== undefined) {
    out.end();
    await once(out, "finish");
    progress.finish();
    if (json) printJson(terminal, { space, file, written });
  }
  return terminal.signal.aborted ? 1 : 0;
}

interface Lines {
  readonly total: number | null;
  readonly items: AsyncIterable<Line> | Iterable<Line>;
}

interface Line {
  readonly number: number;
  /** What cannot be read is the error. */
  readonly value: unknown;
}

/** What an import tells whoever runs it. */
export interface Told {
  /** @throws {SynclineError} when it is not to be passed over */
  problem(line: number, text: string, cause?: unknown): void;
  /** Whether to go on. */
  goesOn(read: number): boolean;
}

/** Brings events in by whole batches; what came before a problem is kept, as it is when it is run again. */
export async function importLines(
  items: Lines["items"],
  target: ImportTarget,
  { problem, goesOn }: Told,
): Promise<{ readonly written: number; readonly duplicates: number }> {
  let batch: { readonly number: number; readonly event: LineEvent }[] = [];
  let units = 0;
  let read = 0;
  let written = 0;
  let duplicates = 0;
  async function flush(): Promise<void> {
    const lines = batch;
    batch = [];
    units = 0;
    if (lines.length === 0) return;
    const imported = await importEvents(
      target,
      lines.map(({ event }) => event),
    );
    written += imported.written;
    duplicates += imported.duplicates;
    for (const conflict of imported.conflicts) {
      const number = lines.find(({ event }) => event === conflict)?.number ?? 0;
      problem(number, `another event has the UUID ${conflict.id}`);
    }
  }
  for await (const { number, value } of items) {
    read = number;
    let event: LineEvent | undefined;
    let wrong: unknown;
    try {
      if (value instanceof Error) throw value;
      event = lineToEvent(value, target.environment.now());
    } catch (thrown) {
      wrong = thrown;
    }
    if (event === undefined) {
      await flush();
      problem(number, wrong instanceof Error ? wrong.message : String(wrong), wrong);
    } else {
      batch.push({ number, event });
      for (const field of Object.values(event.fields)) units += String(field).length;
    }
    if (batch.length < BATCH && units < BATCH_UNITS) continue;
    await flush();
    if (!goesOn(read)) break;
  }
  await flush();
  goesOn(read);
  return { written, duplicates };
}

/** Events that are there already are counted, so running it again goes on where it stopped. */
export async function importHistory(
  input: CommandInput,
  address: SpaceAddress,
  source: Lines,
): Promise<number> {
  const { terminal, flags, json } = input;
  if (flags["collection"] !== undefined)
    throw new UsageError("--collection has no meaning for a simple-sync history");
  await using store = await openStore(input, "make");
  const space = spaceToText(address);
  await note(store, { action: "import", target: space, details: { from: "a history" } });
  const environment = systemEngineEnvironment();
  const keys = createKeyStore({ store, environment, failed: () => undefined });
  const target = { store, environment, keys, space, by: OPERATOR.userId };
  const progress = createProgress(terminal, "imported");
  const problems: string[] = [];
  const { written, duplicates } = await importLines(source.items, target, {
    problem(number, text, cause) {
      const message = `line ${number}: ${text}`;
      if (flags["continue-on-error"] !== true)
        throw new SynclineError("invalid", message, { path: `lines.${number}`, cause });
      problems.push(message);
    },
    goesOn(read) {
      progress.update(read, source.total);
      return !terminal.signal.aborted;
    },
  });
  progress.finish();
  if (terminal.signal.aborted) {
    terminal.stderr.write("Stopped. Run it again to go on.\n");
    return 1;
  }
  if (json) printJson(terminal, { space, written, duplicates, problems: problems.length });
  else {
    const there = duplicates === 0 ? "" : `; ${duplicates.toLocaleString("en")} were there already`;
    printLine(terminal, `Imported ${written.toLocaleString("en")} events into ${space}${there}.`);
  }
  for (const text of problems.slice(0, MAX_REPORTED))
    terminal.stderr.write(`passed over ${text}\n`);
  if (problems.length > MAX_REPORTED)
    terminal.stderr.write(`and ${problems.length - MAX_REPORTED} more\n`);
  return problems.length === 0 ? 0 : 1;
}
