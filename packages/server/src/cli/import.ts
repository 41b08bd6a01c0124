// syncline import: reads records from a file into a collection, through the engine and its rules.

import { createReadStream, existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type Change,
  CLOCK_START,
  type Fields,
  formatTime,
  hash64,
  isId,
  type Mutation,
  parseRule,
  SynclineError,
  spaceToText,
  tick,
} from "@syncline/core";
import { loadApps } from "../config/load-apps.ts";
import type { NewRule } from "../engine/contract.ts";
import { RULES_COLLECTION } from "../engine/space-rules.ts";
import {
  type Command,
  type CommandInput,
  printJson,
  printLine,
  takeArgs,
  UsageError,
} from "./command.ts";
import { importMana } from "./import-mana.ts";
import { importSimple } from "./import-simple.ts";
import { importSystem } from "./import-system.ts";
import { note } from "./noting.ts";
import { OPERATOR, openEngine, openStore, spaceArgument } from "./open.ts";
import { createProgress } from "./progress.ts";
import { isSqliteFile } from "./simple-database.ts";
import { importHistory, simpleSpace } from "./simple-history.ts";

const BATCH = 1_000;
const MAX_REPORTED = 20;

export const importCommand: Command = {
  summary:
    "Read records into a space, from NDJSON or a JSON array. Running it again goes on where it stopped.",
  usage: "<space> <file> --collection <name> [flags], or mana|kanso --from postgres://…",
  examples: [
    "syncline import todo/~alice todos.ndjson --collection todos",
    "syncline import cities/world cities.json --collection places",
    "syncline export todo/~alice | syncline import todo/~bob -",
    "syncline import mana --from postgres://mana:secret@db.example.com/mana_sync",
    "syncline import kanso --from postgres://kanso_user:secret@db.example.com/kanso_db --apps apps.ts",
    "syncline import simple history.jsonl",
    "syncline import simple data/simple-sync.db --dry-run",
  ],
  flags: {
    collection: {
      type: "string",
      description: "Where to; lines that `syncline export` wrote know it themselves",
    },
    format: {
      type: "string",
      description: "jsonl: a history of simple-sync; what `import simple` means anyway",
    },
    "id-field": { type: "string", description: "The field with the record's id [id]" },
    "continue-on-error": { type: "boolean", description: "Pass over lines that cannot be read" },
    from: {
      type: "string",
      description:
        "The PostgreSQL database of a mana-sync server, or of one whose app is named with --apps",
    },
    app: { type: "string", description: "With mana: this app alone" },
    "dry-run": {
      type: "boolean",
      description:
        "With --from, and a database of simple-sync: say what there is to import, and import nothing",
    },
    unshared: {
      type: "boolean",
      description: "With mana: leave what belongs to an organisation with who wrote it",
    },
    again: {
      type: "boolean",
      description: "Import from the beginning, even if it was done before",
    },
  },
  options: ["data", "databaseUrl", "schema", "apps", "manaAuthUrl"],
  run: runImport,
};

/** From a system that the module of an app knows. */
async function importOther(input: CommandInput, system: string, from: string): Promise<number> {
  const { imports } = await loadApps(input.config, input.terminal.cwd);
  const definition = imports.find(({ name }) => name === system);
  if (definition !== undefined) return await importSystem(input, definition, from);
  const known = ["mana", ...imports.map(({ name }) => name)].join(", ");
  throw new UsageError(
    `"${system}" is no system that is imported from: there is ${known}. For others name their app's module with --apps`,
  );
}

interface Source {
  /** Names the input, so that a second run knows what the first one did. */
  readonly name: string;
  readonly total: number | null;
  readonly items: AsyncIterable<{ readonly number: number; readonly value: unknown }>;
}

async function runImport(input: CommandInput): Promise<number> {
  if (input.flags["from"] !== undefined) {
    const { system } = takeArgs(input.args, ["system"]);
    if (system === "mana") return await importMana(input);
    return await importOther(input, String(system), String(input.flags["from"]));
  }
  const { space: spaceName, file } = takeArgs(input.args, ["space", "file"]);
  const history = simpleSpace(spaceName, input.flags["format"]);
  const path = resolve(input.terminal.cwd, file);
  if (history !== undefined && existsSync(path) && isSqliteFile(path))
    return await importSimple(input, history, path);
  if (history !== undefined)
    return await importHistory(input, history, await openSource(input, file));
  const address = spaceArgument(spaceName);
  const space = spaceToText(address);
  const { terminal, flags } = input;
  const { collection } = flags;
  if (collection !== undefined && (typeof collection !== "string" || !isId(collection))) {
    throw new UsageError("--collection is no name of a collection");
  }
  const source = await openSource(input, file);
  await using store = await openStore(input, "make");
  const engine = await openEngine(store, input);
  await note(store, { action: "import", target: space, details: { from: file } });
  const run = flags["again"] === true ? Date.now().toString(36) : "";
  const clientId = `import-${hash64(`${source.name} ${collection ?? ""} ${run}`)}`;
  const begun =
    (await store.client(space, { userId: OPERATOR.userId, clientId }))?.lastMutation ?? 0;
  const progress = createProgress(terminal, "imported");
  const problems: string[] = [];
  let clock = CLOCK_START;
  let read = 0;
  let written = 0;
  let batch: Change[] = [];
  let rules: NewRule[] = [];
  let mutationId = 0;

  async function flush(): Promise<void> {
    await flushRules();
    mutationId += 1;
    const mutation: Mutation = { id: mutationId, seen: null, changes: batch };
    batch = [];
    // The server knows how many batches it has: those are not sent again.
    if (mutationId <= begun || mutation.changes.length === 0) return;
    const { results } = await engine.sync(OPERATOR, address, {
      clientId,
      now: formatTime(clock, clientId),
      cursor: null,
      mutations: [mutation] as Parameters<typeof engine.sync>[2]["mutations"], // the same, but for readonly
      pull: { limit: 1, collections: ["-"] },
    });
    const [result] = results;
    if (result?.status === "rejected") {
      const { code, message, path } = result.error;
      throw new SynclineError(
        code,
        `${message} Between lines ${read - mutation.changes.length + 1} and ${read}.`,
        {
          ...(path === undefined ? {} : { path }),
        },
      );
    }
    if (result?.status === "conflict") {
      const keys = result.conflicts.slice(0, 3).map(({ id }) => id);
      throw new SynclineError(
        "conflict",
        `There are other records with these ids already: ${keys.join(", ")}.`,
      );
    }
    written += mutation.changes.length;
  }

  /** A rule that was imported before has its id, and is not added again. */
  async function flushRules(): Promise<void> {
    if (rules.length === 0) return;
    written += (await engine.addRules(OPERATOR, address, rules)).length;
    rules = [];
  }

  for await (const { number, value } of source.items) {
    if (terminal.signal.aborted) {
      progress.finish();
      terminal.stderr.write("Stopped. Run it again to go on.\n");
      return 1;
    }
    read = number;
    clock = tick(clock, Date.now());
    try {
      const rule = collection === undefined ? toRule(value) : undefined;
      if (rule !== undefined) rules.push(rule);
      else
        batch.push(
          toChange(value, {
            number,
            collection,
            clientId,
            idField: String(flags["id-field"] ?? "id"),
            time: formatTime(clock, clientId),
          }),
        );
    } catch (thrown) {
      const message = `line ${number}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      if (flags["continue-on-error"] !== true)
        throw new SynclineError("invalid", message, { cause: thrown });
      problems.push(message);
    }
    if (batch.length >= BATCH) await flush();
    if (rules.length >= BATCH) await flushRules();
    progress.update(number, source.total);
  }
  await flush();
  progress.finish();
  if (input.json)
    printJson(terminal, { space, written, resumed: begun > 0, problems: problems.length });
  else if (written === 0 && begun > 0)
    printLine(terminal, `All of it was imported before; --again does it once more.`);
  else printLine(terminal, `Imported ${written.toLocaleString("en")} records into ${space}.`);
  for (const problem of problems.slice(0, MAX_REPORTED))
    terminal.stderr.write(`passed over ${problem}\n`);
  if (problems.length > MAX_REPORTED)
    terminal.stderr.write(`and ${problems.length - MAX_REPORTED} more\n`);
  return problems.length === 0 ? 0 : 1;
}

async function openSource({ terminal }: CommandInput, file: string): Promise<Source> {
  if (file === "-") return { name: "-", total: null, items: readLines(terminal.stdin) };
  const path = resolve(terminal.cwd, file);
  if (!existsSync(path)) throw new SynclineError("not_found", `There is no file ${path}.`);
  const { size, mtimeMs } = statSync(path);
  const name = `${path} ${size} ${mtimeMs}`;
  if (!file.endsWith(".json"))
    return { name, total: null, items: readLines(createReadStream(path)) };
  let values: unknown;
  try {
    values = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)));
  } catch (thrown) {
    throw new SynclineError("invalid", `${file} is not valid JSON in UTF-8.`, { cause: thrown });
  }
  if (!Array.isArray(values))
    throw new SynclineError("invalid", `${file} holds no array of records.`);
  const list: readonly unknown[] = values;
  const items = (async function* () {
    for (const [index, value] of list.entries()) yield { number: index + 1, value };
  })();
  return { name, total: list.length, items };
}

async function* readLines(
  stream: NodeJS.ReadableStream,
): AsyncGenerator<{ number: number; value: unknown }> {
  let number = 0;
  for await (const line of linesOf(stream)) {
    number += 1;
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      value = new SynclineError("invalid", "this is not valid JSON");
    }
    yield { number, value };
  }
}

/** Node's own reader takes U+2028 for the end of a line, which JSON may hold as it is. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of stream) {
    const text = typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    const [first = "", ...others] = text.split("\n");
    rest += first;
    for (const line of others) {
      yield rest;
      rest = line;
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

interface LineContext {
  readonly number: number;
  readonly collection: string | undefined;
  readonly clientId: string;
  readonly idField: string;
  readonly time: string;
}

/** An access rule of a line that `syncline export` wrote; undefined when the line is a record. */
function toRule(value: unknown): NewRule | undefined {
  if (typeof value !== "object" || value === null || !("collection" in value)) return undefined;
  if (value.collection !== RULES_COLLECTION || !("id" in value) || !("fields" in value))
    return undefined;
  return { id: String(value.id), rule: parseRule(value.fields) };
}

/** A record's own fields, or a line that `syncline export` wrote. */
function toChange(
  value: unknown,
  { number, collection, clientId, idField, time }: LineContext,
): Change {
  if (value instanceof SynclineError) throw value;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("this is no record");
  const bag = value as { readonly [name: string]: unknown };
  if (
    typeof bag["collection"] === "string" &&
    typeof bag["stamp"] === "number" &&
    typeof bag["id"] === "string"
  ) {
    const {
      collection: own,
      id,
      fields,
    } = bag as { collection: string; id: string; fields?: Fields };
    return { collection: collection ?? own, id, op: "put", time, fields: fields ?? {} };
  }
  if (collection === undefined) throw new UsageError("--collection is missing");
  const { [idField]: given, ...fields } = bag;
  const id = given === undefined ? hash64(`${clientId} ${number}`) : String(given);
  if (!isId(id))
    throw new Error(`"${id.slice(0, 40)}" is no id: 1–128 characters of A-Z a-z 0-9 _ . : -`);
  // The engine checks the fields.
  return { collection, id, op: "put", time, fields: fields as Fields };
}
