// syncline migrate: brings the database up to date, or says what would be done.

import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { makeSchema, migrate as migratePostgres, readSchema } from "../store/postgres/migrate.ts";
import { openDatabase as openSqlite, readSchema as readSqlite } from "../store/sqlite/open.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { databaseName, existingDatabase, postgresOptions } from "./open.ts";

export const migrate: Command = {
  summary: "Bring the database's tables up to date; nodes that run go on working.",
  usage: "[--dry-run]",
  examples: ["syncline migrate --dry-run", "DATABASE_URL=postgres://… syncline migrate"],
  flags: { "dry-run": { type: "boolean", description: "Only say what would be done" } },
  options: ["data", "databaseUrl", "schema"],
  async run(input) {
    takeArgs(input.args, []);
    const { terminal } = input;
    const dry = input.flags["dry-run"] === true;
    const { version, pending } = await (input.config.databaseUrl === undefined
      ? onSqlite(input, dry)
      : onPostgres(postgresOptions(input.config, input.config.databaseUrl), dry));
    if (input.json)
      printJson(terminal, { database: databaseName(input), version, pending, dryRun: dry });
    else if (pending.length === 0)
      printLine(terminal, `${databaseName(input)} is up to date: schema ${version}.`);
    else {
      const steps = pending.map((name, i) => `${version + i + 1} ${name}`).join(", ");
      printLine(
        terminal,
        `${databaseName(input)}: ${dry ? "would be brought" : "was brought"} from schema ${version} to ${version + pending.length}: ${steps}.`,
      );
    }
    return 0;
  },
};

interface Schema {
  readonly version: number;
  readonly pending: readonly string[];
}

async function onPostgres(
  options: ReturnType<typeof postgresOptions>,
  dry: boolean,
): Promise<Schema> {
  const database = await openPostgres(options);
  try {
    if (!dry && options.schema !== undefined) await makeSchema(database, options.schema);
    const { version, pending } = await readSchema(database);
    // Another node may have done it meanwhile: then less is told than was seen.
    return { version, pending: dry ? pending : await migratePostgres(database) };
  } finally {
    await database.close();
  }
}

async function onSqlite(input: CommandInput, dry: boolean): Promise<Schema> {
  const path = existingDatabase(input);
  const schema = readSqlite(path);
  if (!dry) openSqlite(path).close();
  return schema;
}
