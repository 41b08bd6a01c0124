// syncline export: writes a space's records as NDJSON.

import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync, truncateSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { formatCursor, SynclineError, scopeOf, type WireRecord } from "@syncline/core";
import { type Command, type CommandInput, printJson, UsageError } from "./command.ts";
import { noteReading } from "./noting.ts";
import { OPERATOR, openEngine, openStore, spaceArgument } from "./open.ts";
import { createProgress } from "./progress.ts";
import { exportHistory, simpleSpace } from "./simple-history.ts";

export const exportCommand: Command = {
  summary: "Write a space's records as NDJSON, one record a line.",
  usage: "<space> [file] [flags]",
  examples: [
    "syncline export todo/~alice",
    "syncline export todo/~alice todos.ndjson --collections todos",
    "syncline export cities/world places.ndjson --resume",
    "syncline export simple/main history.jsonl --format jsonl",
  ],
  flags: {
    collections: { type: "string", description: "Only these, separated by commas" },
    plain: { type: "boolean", description: "Only id and fields, without versions and times" },
    format: {
      type: "string",
      description: "jsonl: the history of simple-sync, one event a line in its order",
    },
    resume: { type: "boolean", description: "Go on behind the last whole line of the file" },
  },
  options: ["data", "databaseUrl", "schema", "apps"],
  run: runExport,
};

async function runExport(input: CommandInput): Promise<number> {
  const [name, file, extra] = input.args;
  if (name === undefined) throw new UsageError("<space> is missing");
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
  const { terminal, flags } = input;
  const history = simpleSpace(name, flags["format"]);
  if (history !== undefined) {
    for (const flag of ["collections", "plain", "resume"])
      if (flags[flag] !== undefined)
        throw new UsageError(`--${flag} has no meaning for a simple-sync history`);
    return await exportHistory(input, history, file);
  }
  const address = spaceArgument(name);
  const collections =
    typeof flags["collections"] === "string" ? flags["collections"].split(",") : undefined;
  const path = file === undefined ? undefined : resolve(terminal.cwd, file);
  const resume = flags["resume"] === true;
  if (resume && flags["plain"] === true)
    throw new UsageError("--resume needs the stamps that --plain leaves out");
  if (path !== undefined && existsSync(path) && !resume) {
    throw new SynclineError(
      "invalid",
      `There is a file ${path} already; --resume goes on with it.`,
      { path: "file" },
    );
  }
  await using store = await openStore(input, "read");
  const engine = await openEngine(store, input);
  const head = await store.head(`${address.app}/${address.name}`);
  if (head === undefined) throw new SynclineError("not_found", `There is no space ${name}.`);
  await noteReading(input, { action: "export", target: head.space });
  const after =
    path !== undefined && resume && existsSync(path) ? await lastStamp(path) : undefined;
  const cursor =
    after === undefined
      ? null
      : formatCursor({ epoch: head.epoch, stamp: after, scope: scopeOf(collections) });
  const out = path === undefined ? undefined : createWriteStream(path, { flags: "a" });
  const progress = createProgress(terminal, "exported");
  const request = { cursor, ...(collections === undefined ? {} : { collections }) };
  let written = 0;
  let total: number | null = null;
  for await (const piece of engine.stream(OPERATOR, address, request, terminal.signal)) {
    let text = "";
    for (const line of piece.split("\n")) {
      if (line === "") continue;
      const value = JSON.parse(line) as
        | WireRecord
        | { readonly total: number }
        | { readonly cursor: string };
      if ("total" in value) total = value.total;
      if (!("collection" in value) || value.deleted === true) continue;
      // What the server keeps for itself says nothing to whoever wants only the records.
      if (flags["plain"] === true && value.collection.startsWith(".")) continue;
      written += 1;
      text +=
        flags["plain"] === true
          ? `${JSON.stringify({ id: value.id, ...value.fields })}\n`
          : `${line}\n`;
    }
    if (out === undefined) terminal.stdout.write(text);
    else if (!out.write(text)) await once(out, "drain");
    if (out !== undefined) progress.update(written, after === undefined ? total : null);
  }
  if (out !== undefined) {
    out.end();
    await once(out, "finish");
    progress.finish();
    if (input.json) printJson(terminal, { space: name, file: path, written });
  }
  return terminal.signal.aborted ? 1 : 0;
}

/** The stamp of the last whole line; what was written of one behind it is cut off. */
async function lastStamp(path: string): Promise<number | undefined> {
  let bytes = 0;
  let whole = 0;
  let stamp: number | undefined;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    bytes += Buffer.byteLength(line) + 1;
    try {
      const value = JSON.parse(line) as { readonly stamp?: unknown };
      if (typeof value.stamp !== "number")
        throw new SynclineError("invalid", `${path} was not written by syncline export.`);
      stamp = value.stamp;
      whole = bytes;
    } catch (thrown) {
      if (thrown instanceof SynclineError) throw thrown;
      break;
    }
  }
  truncateSync(path, whole);
  return stamp;
}
