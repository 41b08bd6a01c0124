// syncline restore: a backup in the place of the database.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { databasePath } from "../config/server-options.ts";
import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { takeDatabase } from "../store/postgres/hold.ts";
import { makeSchema } from "../store/postgres/migrate.ts";
import { openDatabase as openSqlite } from "../store/sqlite/open.ts";
import { replaceDatabase } from "../store/sqlite/replace.ts";
import { verifyBackup } from "../store/sqlite/verify.ts";
import { restoreToPostgres } from "../store/transfer/move.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { databaseName, postgresOptions } from "./open.ts";
import { createProgress } from "./progress.ts";

const newEpoch = () => randomBytes(12).toString("hex");

export const restore: Command = {
  summary:
    "Verify a backup and put it in the place of the database, or into an empty PostgreSQL. No server may run.",
  usage: "<file> [--force]",
  examples: [
    "syncline restore /backups/syncline-monday.db",
    "DATABASE_URL=postgres://… syncline restore /backups/syncline-monday.db",
  ],
  options: ["data", "databaseUrl", "schema"],
  flags: {
    force: {
      type: "boolean",
      description: "Even if there is a database; it is kept beside the restored one",
    },
  },
  async run(input) {
    const { file } = takeArgs(input.args, ["file"]);
    const { terminal, config } = input;
    const source = resolve(terminal.cwd, file);
    if (!existsSync(source)) throw new SynclineError("not_found", `There is no file ${source}.`);
    if (config.databaseUrl !== undefined)
      return await restoreIntoPostgres(input, source, config.databaseUrl);
    const path = databasePath(config, terminal.cwd);
    const { spaces, keptAside } = await replaceDatabase({
      file: source,
      path,
      force: input.flags["force"] === true,
      newEpoch,
      now: () => new Date(),
    });
    if (input.json) printJson(terminal, { database: path, spaces, keptAside: keptAside ?? null });
    else {
      printLine(terminal, `Restored ${spaces} spaces to ${path}.`);
      if (keptAside !== undefined)
        printLine(terminal, `The database from before is at ${keptAside}.`);
      printLine(terminal, "Clients read their spaces anew and keep what they have not sent.");
    }
    return 0;
  },
};

/** Into a database that is empty: what it replaces stays in its own, which nobody has to move aside. */
async function restoreIntoPostgres(
  input: CommandInput,
  file: string,
  url: string,
): Promise<number> {
  const { terminal } = input;
  const goal = databaseName(input);
  verifyBackup(file);
  const place = postgresOptions(input.config, url);
  const lock = await takeDatabase(place);
  const progress = createProgress(terminal, "copied");
  // A copy is opened: opening brings an old backup up to date.
  const folder = await mkdtemp(join(tmpdir(), "syncline-restore-"));
  const target = await openPostgres(place);
  let source: DatabaseSync | undefined;
  try {
    const copy = join(folder, "backup.db");
    await copyFile(file, copy);
    if (existsSync(`${file}-wal`)) await copyFile(`${file}-wal`, `${copy}-wal`);
    source = openSqlite(copy);
    if (place.schema !== undefined) await makeSchema(target, place.schema);
    const { spaces, rows } = await restoreToPostgres({
      source,
      target,
      signal: terminal.signal,
      progress: progress.update,
      newEpoch,
    });
    progress.finish();
    if (input.json) printJson(terminal, { database: goal, spaces, rows });
    else {
      printLine(terminal, `Restored ${spaces} spaces to ${goal}; every digest agrees.`);
      printLine(terminal, "Clients read their spaces anew and keep what they have not sent.");
    }
    return 0;
  } catch (thrown) {
    progress.finish();
    throw thrown;
  } finally {
    source?.close();
    await target.close();
    await lock.release();
    await rm(folder, { recursive: true, force: true });
  }
}
