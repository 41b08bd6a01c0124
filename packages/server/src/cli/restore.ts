// syncline restore: a backup in the place of the database.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { databasePath } from "../config/server-options.ts";
import type { DevicesAfterRestore } from "../store/port.ts";
import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { openDatabase as openSqlite } from "../store/sqlite/open.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { restoreToPostgres } from "../store/transfer/move.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { databaseName } from "./open.ts";
import { createProgress } from "./progress.ts";
import { allSpaces } from "./spaces.ts";

const newEpoch = () => randomBytes(12).toString("hex");

export const restore: Command = {
  summary:
    "Put a backup in the place of the database, or into an empty PostgreSQL. No server may run.",
  usage: "<file> --devices offer|discard [--force]",
  examples: [
    "syncline restore /backups/syncline-monday.db --devices offer",
    "DATABASE_URL=postgres://… syncline restore /backups/syncline-monday.db --devices offer",
  ],
  options: ["data", "databaseUrl"],
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
    const target = databasePath(config, terminal.cwd);
    if (!existsSync(source)) throw new SynclineError("not_found", `There is no file ${source}.`);
    const devices = devicesOf(input);
    if (config.databaseUrl !== undefined)
      return await restoreIntoPostgres(input, { file: source, devices, url: config.databaseUrl });
    if (existsSync(target) && input.flags["force"] !== true) {
      throw new SynclineError(
        "conflict",
        `There is a database at ${target}: --force restores over it and keeps it aside.`,
      );
    }
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const partial = `${target}.restoring`;
    await rm(partial, { force: true });
    await copyFile(source, partial);
    let spaces = 0;
    try {
      // Clients have seen a later history: with another epoch none of them keeps a cursor of it.
      const store = await openSqliteStore({ path: partial });
      for await (const head of allSpaces(store)) {
        spaces += 1;
        await store.rotateEpoch(head.space, newEpoch(), devices);
      }
      await store.close();
    } catch (thrown) {
      for (const suffix of ["", "-wal", "-shm"]) await rm(`${partial}${suffix}`, { force: true });
      throw thrown;
    }
    const aside = existsSync(target)
      ? `${target}.before-${new Date().toISOString().replaceAll(":", "-")}`
      : undefined;
    for (const suffix of ["", "-wal", "-shm"]) {
      if (aside !== undefined && existsSync(`${target}${suffix}`))
        await rename(`${target}${suffix}`, `${aside}${suffix}`);
      if (existsSync(`${partial}${suffix}`))
        await rename(`${partial}${suffix}`, `${target}${suffix}`);
    }
    if (input.json) printJson(terminal, { database: target, spaces, keptAside: aside ?? null });
    else {
      printLine(terminal, `Restored ${spaces} spaces to ${target}.`);
      if (aside !== undefined) printLine(terminal, `The database from before is at ${aside}.`);
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
  const progress = createProgress(terminal, "copied");
  // A copy is opened: opening brings an old backup up to date.
  const folder = await mkdtemp(join(tmpdir(), "syncline-restore-"));
  const target = await openPostgres({ url });
  let source: DatabaseSync | undefined;
  try {
    await copyFile(file, join(folder, "backup.db"));
    source = openSqlite(join(folder, "backup.db"));
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
    await rm(folder, { recursive: true, force: true });
  }
}
