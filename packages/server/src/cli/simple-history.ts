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

const BATCH = 1_000;
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
  readonly items: AsyncIterable<{ readonly number: number; readonly value: unknown }>;
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
  let batch: { readonly number: number; readonly event: LineEvent }[] = [];
  let written = 0;
  let duplicates = 0;

  function problem(number: number, text: string, cause?: unknown): void {
    const message = `line ${number}: ${text}`;
    if (flags["continue-on-error"] !== true)
      throw new SynclineError("invalid", message, { path: `lines.${number}`, cause });
    problems.push(message);
  }

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const lines = batch;
    batch = [];
    const events = lines.map(({ event }) => event);
    const imported = await importEvents(target, events);
    written += imported.written;
    duplicates += imported.duplicates;
    for (const event of imported.conflicts) {
      const number = lines.find((line) => line.event === event)?.number ?? 0;
      problem(number, `another event has the UUID ${event.id}`);
    }
  }

  for await (const { number, value } of source.items) {
    if (terminal.signal.aborted) {
      await flush();
      progress.finish();
      terminal.stderr.write("Stopped. Run it again to go on.\n");
      return 1;
    }
    try {
      if (value instanceof Error) throw value;
      batch.push({ number, event: lineToEvent(value, environment.now()) });
    } catch (thrown) {
      // What was good before it is kept, as it is when it is run again.
      if (flags["continue-on-error"] !== true) await flush();
      problem(number, thrown instanceof Error ? thrown.message : String(thrown), thrown);
    }
    if (batch.length >= BATCH) await flush();
    progress.update(number, source.total);
  }
  await flush();
  progress.finish();
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
