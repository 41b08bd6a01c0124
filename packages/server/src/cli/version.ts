// syncline version: what runs here, and what the database is.

import { existsSync } from "node:fs";
import { databasePath } from "../config/server-options.ts";
import { MIGRATIONS } from "../store/migrations/index.ts";
import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { readSchema as readPostgres } from "../store/postgres/migrate.ts";
import { readSchema as readSqlite } from "../store/sqlite/open.ts";
import { VERSION } from "../version.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { postgresOptions } from "./open.ts";

export const version: Command = {
  summary: "Tell the versions of the program, its schema, the database's, Node and SQLite.",
  usage: "",
  examples: ["syncline version", "syncline version --json"],
  options: ["data", "databaseUrl", "schema"],
  async run(input) {
    takeArgs(input.args, []);
    const { terminal } = input;
    const database = await schemaOf(input);
    const { node, sqlite = "none" } = process.versions;
    const schema = MIGRATIONS.length;
    if (input.json) printJson(terminal, { version: VERSION, schema, database, node, sqlite });
    else {
      printLine(terminal, `syncline ${VERSION}`);
      printLine(terminal, `program   schema ${schema}`);
      printLine(terminal, `database  ${database === null ? "none" : `schema ${database}`}`);
      printLine(terminal, `node      ${node}`);
      printLine(terminal, `sqlite    ${sqlite}`);
    }
    return 0;
  },
};

/** Null where there is no database. */
async function schemaOf({ config, terminal }: CommandInput): Promise<number | null> {
  if (config.databaseUrl === undefined) {
    const path = databasePath(config, terminal.cwd);
    return existsSync(path) ? readSqlite(path).version : null;
  }
  const database = await openPostgres(postgresOptions(config, config.databaseUrl));
  try {
    return (await readPostgres(database)).version;
  } finally {
    await database.close();
  }
}
