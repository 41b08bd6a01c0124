// syncline backup: a copy of the database in a file, and whether such a file is sound.

import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { makeBackup } from "../backups/backups.ts";
import { backupToSqlite } from "../store/postgres/backup.ts";
import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { backupDatabase } from "../store/sqlite/backup.ts";
import { openDatabase as openSqlite } from "../store/sqlite/open.ts";
import { type Verified, verifyBackup } from "../store/sqlite/verify.ts";
import {
  type Command,
  type CommandInput,
  printJson,
  printLine,
  takeArgs,
  UsageError,
} from "./command.ts";
import { noteReading } from "./noting.ts";
import { existingDatabase, postgresOptions } from "./open.ts";

export const backup: Command = {
  summary: "Copy the database to a file, while the server runs; or verify such a file.",
  usage: "<file> | verify <file> | --backup-folder <folder>",
  examples: [
    "syncline backup /backups/syncline-monday.db",
    "syncline backup verify /backups/syncline-monday.db",
    "syncline backup --backup-folder /backups --backup-keep 14",
  ],
  options: ["data", "databaseUrl", "schema", "backupFolder", "backupKeep"],
  async run(input) {
    const { backupFolder } = input.config;
    if (input.args.length === 0 && backupFolder !== undefined)
      return await intoFolder(input, resolve(input.terminal.cwd, backupFolder));
    if (input.args.length === 0) throw new UsageError("name a <file>, or a --backup-folder");
    const [first, ...rest] = input.args;
    if (first === "verify") {
      if (rest.length === 0)
        throw new UsageError("<file> is missing; a file of the name verify is ./verify");
      const file = resolve(input.terminal.cwd, takeArgs(rest, ["file"]).file);
      return say(input, file, verifyBackup(file), "It is sound");
    }
    const file = resolve(input.terminal.cwd, takeArgs(input.args, ["file"]).file);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await copyTo(input, file);
    return say(input, file, verifyBackup(file), `The database is copied to ${file}`);
  },
};

/** Under a name of its own; the oldest ones go. */
async function intoFolder(input: CommandInput, folder: string): Promise<number> {
  const { file, removed, ...verified } = await makeBackup({
    folder,
    keep: input.config.backupKeep,
    copy: (path) => copyTo(input, path),
    verify: async (path) => verifyBackup(path),
    now: () => Date.now(),
  });
  const code = say(input, file, verified, `The database is copied to ${file}`);
  if (!input.json && removed.length > 0)
    printLine(
      input.terminal,
      `${removed.length} older ${removed.length === 1 ? "one" : "ones"} removed.`,
    );
  return code;
}

/** As it is, of whatever schema: a backup is what an upgrade begins with. */
async function copyTo(input: CommandInput, file: string): Promise<void> {
  await noteReading(input, { action: "backup", details: { file } });
  const { databaseUrl } = input.config;
  if (databaseUrl !== undefined) {
    const database = await openPostgres(postgresOptions(input.config, databaseUrl));
    try {
      await backupToSqlite(database, file);
    } finally {
      await database.close();
    }
    return;
  }
  const db = openSqlite(existingDatabase(input), { mode: "copy" });
  try {
    await backupDatabase(db, file);
  } finally {
    db.close();
  }
}

function say(
  { terminal, json }: CommandInput,
  file: string,
  { schema, spaces, records, bytes }: Verified,
  done: string,
): number {
  if (json) printJson(terminal, { file, sound: true, schema, spaces, records, bytes });
  else {
    const figures = [spaces, records, bytes].map((figure) => figure.toLocaleString("en"));
    printLine(
      terminal,
      `${done}: ${figures[0]} spaces, ${figures[1]} records, ${figures[2]} bytes, schema ${schema}; every digest agrees.`,
    );
  }
  return 0;
}
