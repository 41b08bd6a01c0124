// syncline restore: a backup in the place of the database.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { databasePath } from "../config/server-options.ts";
import type { DevicesAfterRestore } from "../store/port.ts";
import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { takeDatabase } from "../store/postgres/hold.ts";
import { makeSchema } from "../store/postgres/migrate.ts";
import { openDatabase as openSqlite } from "../store/sqlite/open.ts";
import { replaceDatabase } from "../store/sqlite/replace.ts";
import { verifyBackup } from "../store/sqlite/verify.ts";
import { restoreToPostgres } from "../store/transfer/move.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { noteReading } from "./noting.ts";
import { databaseName, postgresOptions } from "./open.ts";
import { createProgress } from "./progress.ts";

const newEpoch = () => randomBytes(12).toString("hex");

export const restore: Command = {
  summary:
    "Verify a backup and put it in the place of the database, or into an empty PostgreSQL. No server may run.",
  usage: "<file> --devices offer|discard [--force]",
  examples: [
    "syncline restore /backups/syncline-monday.db --devices offer",
    "DATABASE_URL=postgres://… syncline restore /backups/syncline-monday.db --devices offer",
  ],
  options: ["data", "databaseUrl", "schema"],
  flags: {
    devices: {
      type: "string",
      description:
        "What devices do that have seen more than the backup: offer, after a loss, gives back what they hold; discard, after a mistake, lets go of it",
    },
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
    const devices = devicesOf(input);
    if (config.databaseUrl !== undefined)
      return await restoreIntoPostgres(input, { file: source, devices, url: config.databaseUrl });
    const path = databasePath(config, terminal.cwd);
    const { spaces, keptAside } = await replaceDatabase({
      file: source,
      path,
      force: input.flags["force"] === true,
      devices,
      newEpoch,
      now: () => new Date(),
    });
    await noteReading(input, { action: "restore", details: { file: source, devices } });
    if (input.json) printJson(terminal, { database: path, spaces, keptAside: keptAside ?? null });
    else {
      printLine(terminal, `Restored ${spaces} spaces to ${path}.`);
      if (keptAside !== undefined)
        printLine(terminal, `The database from before is at ${keptAside}.`);
      printLine(terminal, consequence(devices));
    }
    return 0;
  },
};

function consequence(devices: DevicesAfterRestore): string {
  return devices === "offer"
    ? "Clients keep what they have not sent, and give back what they have seen since the backup."
    : "Clients keep what they have not sent, and let go of what they have seen since the backup.";
}

/** The choice has no default: each answer is wrong after the other kind of restore. */
function devicesOf({ flags }: CommandInput): DevicesAfterRestore {
  const { devices } = flags;
  if (devices === "offer" || devices === "discard") return devices;
  throw new SynclineError(
    "invalid",
    "Say what devices do that have seen more than this backup: --devices offer after a loss, so that they give back what they hold, or --devices discard after a mistake, so that they let go of it.",
    { path: "--devices" },
  );
}

/** Into a database that is empty: what it replaces stays in its own, which nobody has to move aside. */
async function restoreIntoPostgres(
  input: CommandInput,
  {
    file,
    devices,
    url,
  }: { readonly file: string; readonly devices: DevicesAfterRestore; readonly url: string },
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
      devices,
    });
    progress.finish();
    if (input.json) printJson(terminal, { database: goal, spaces, rows });
    else {
      printLine(terminal, `Restored ${spaces} spaces to ${goal}; every digest agrees.`);
      printLine(terminal, consequence(devices));
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
