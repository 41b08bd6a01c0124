// syncline doctor: looks at everything that a server needs, and says what is wrong and what to do.

import { accessSync, constants, existsSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ERROR_REMEDIES, isSynclineError, SynclineError, stampToMs } from "@syncline/core";
import { newestBackup } from "../backups/backups.ts";
import { loadApps } from "../config/load-apps.ts";
import { databasePath, tokenOptions } from "../config/server-options.ts";
import { allSpaces } from "../store/all-spaces.ts";
import type { SpaceHead, Store } from "../store/port.ts";
import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { openBus, openStore, postgresOptions } from "./open.ts";

interface Finding {
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
}

const HOUR_MS = 3_600_000;
const LOW_DISK_BYTES = 500 * 2 ** 20;
/** Clocks further apart than this give writes a time that nobody meant. */
const CLOCK_MS = 5_000;
/** What a restore or a backup that was cut off leaves behind. */
const LEFT_OVER = /\.(restoring|partial|part)(-wal|-shm)?$/;

export const doctor: Command = {
  summary: "Look for what is wrong: configuration, keys, disk, database, bus, clock, spaces.",
  usage: "[--fix]",
  examples: ["syncline doctor", "syncline doctor --json", "syncline doctor --fix"],
  flags: {
    fix: {
      type: "boolean",
      description: "Remove what restores and backups that were cut off have left behind",
    },
  },
  options: [
    ...(["data", "databaseUrl", "schema", "redisUrl", "natsUrl", "mode", "apps"] as const),
    ...(["accounts", "backupFolder", "backupHours"] as const),
  ],
  async run(input) {
    takeArgs(input.args, []);
    const findings: Finding[] = [];
    for await (const finding of examine(input)) {
      findings.push(finding);
      if (!input.json)
        printLine(
          input.terminal,
          `${finding.state.padEnd(5)} ${finding.check.padEnd(14)} ${finding.detail}`,
        );
    }
    if (input.json) printJson(input.terminal, findings);
    return findings.some(({ state }) => state === "fail") ? 1 : 0;
  },
};

async function* examine(input: CommandInput): AsyncGenerator<Finding> {
  const { config, terminal } = input;
  const onFile = config.databaseUrl === undefined;
  const path = databasePath(config, terminal.cwd);
  const folder = dirname(path);
  yield { check: "node", state: "ok", detail: process.versions.node };
  yield await finding("keys", async () => {
    if (config.authSecret === undefined && config.mode === "development" && !onFile)
      return "development key";
    tokenOptions(config, terminal.cwd);
    return config.mode === "development" ? "development key" : "configured";
  });
  yield await finding("apps", async () => {
    const { apps } = await loadApps(config, terminal.cwd);
    return apps === "open" ? "any app (development)" : `${apps.length} declared`;
  });
  // On PostgreSQL nothing of the data is in the folder, and it need not be there.
  if (onFile) yield* onDisk(input, folder);
  if (config.backupFolder !== undefined)
    yield await backupAge(resolve(terminal.cwd, config.backupFolder), config.backupHours);
  yield await finding("bus", async () => {
    // It is only connected to: nothing is said that would have to be sealed.
    const bus = await openBus(config, async () => "");
    await bus.close();
    return bus.remote === true ? "connected" : "none: a server on a file is alone";
  });
  if (onFile && !existsSync(path)) {
    yield { check: "database", state: "warn", detail: `there is none at ${path} yet` };
    return;
  }
  if (config.databaseUrl !== undefined) yield await clock(input, config.databaseUrl);
  yield* inDatabase(input);
}

async function* onDisk(input: CommandInput, folder: string): AsyncGenerator<Finding> {
  yield await finding("folder", async () => {
    accessSync(folder, constants.R_OK | constants.W_OK);
    return folder;
  });
  if (!existsSync(folder)) return;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  yield {
    check: "disk",
    state: free < LOW_DISK_BYTES ? "warn" : "ok",
    detail: `${Math.floor(free / 2 ** 20).toLocaleString("en")} MiB free`,
  };
  const left = readdirSync(folder).filter((name) => LEFT_OVER.test(name));
  if (left.length === 0) return;
  const fix = input.flags["fix"] === true;
  if (fix) for (const name of left) rmSync(join(folder, name), { force: true });
  const what = `${left.join(", ")}: left by a restore or a backup that was cut off`;
  yield {
    check: "left over",
    state: fix ? "ok" : "warn",
    detail: fix ? `${what}; removed` : `${what}. --fix removes it.`,
  };
}

/** Whether the newest backup is as young as it is to be, and one more had time to be made. */
async function backupAge(folder: string, hours: number): Promise<Finding> {
  const atMs = await newestBackup(folder);
  if (atMs === undefined)
    return { check: "backups", state: "warn", detail: `there is none in ${folder}` };
  // A clock that was set back, or a name of the next second: it is as young as can be.
  const age = Math.max(0, Math.floor((Date.now() - atMs) / HOUR_MS));
  return age > 2 * hours
    ? { check: "backups", state: "fail", detail: `the newest in ${folder} is ${age} hours old` }
    : { check: "backups", state: "ok", detail: `the newest is ${age} hours old` };
}

/** Whether the database and this machine agree on what time it is. */
async function clock({ config }: CommandInput, url: string): Promise<Finding> {
  const database = await openPostgres(postgresOptions(config, url));
  try {
    return await finding("clock", async () => {
      const before = Date.now();
      const [row] = await database.query<{ ms: number }>(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms",
      );
      const apart = Math.round(Math.abs((row?.ms ?? 0) - (before + Date.now()) / 2));
      if (apart > CLOCK_MS) {
        throw new SynclineError(
          "config",
          `The database's clock is ${apart.toLocaleString("en")} ms apart from this machine's: set both by NTP.`,
        );
      }
      return `${apart} ms apart from the database's`;
    });
  } finally {
    await database.close();
  }
}

async function* inDatabase(input: CommandInput): AsyncGenerator<Finding> {
  const heads: SpaceHead[] = [];
  yield await finding("database", async () => {
    await using store = await openStore(input, "read");
    const problems = await store.check();
    if (problems.length > 0) {
      const texts = problems
        .slice(0, 5)
        .map(({ space, message }) => `${space === undefined ? "" : `${space}: `}${message}`);
      throw new SynclineError("database_corrupt", texts.join(" "));
    }
    for await (const head of allSpaces(store)) heads.push(head);
    return `${heads.length} spaces, sound`;
  });
  const ahead = heads.filter(({ stamp }) => stampToMs(stamp) > Date.now() + CLOCK_MS);
  if (ahead.length > 0) {
    const detail = `${ahead.length} spaces are ahead of this machine's clock, ${ahead[0]?.space} among them: what is written gets their time`;
    yield { check: "time", state: "warn", detail };
  }
  if (heads.length === 0) return;
  await using store = await openStore(input, "read");
  const orphans = await orphansOf(store, heads, input.config.accounts);
  const shown = orphans.slice(0, 5).join(", ");
  yield orphans.length === 0
    ? { check: "orphans", state: "ok", detail: "every space belongs to somebody" }
    : {
        check: "orphans",
        state: "warn",
        detail: `${orphans.length} spaces belong to nobody: ${shown}. \`syncline spaces add <space> <user> owner\` gives one to somebody.`,
      };
}

/** Shared spaces without an owner, and, where the server keeps accounts, personal ones of nobody who has one. */
async function orphansOf(
  store: Store,
  heads: readonly SpaceHead[],
  accounts: boolean,
): Promise<string[]> {
  const orphans: string[] = [];
  for (const { space } of heads) {
    const [app = "", name = ""] = space.split("/", 2);
    if (app.startsWith(".")) continue; // the server's own
    if (name.startsWith("~")) {
      if (accounts && (await store.accounts.byUser(name.slice(1))) === undefined)
        orphans.push(space);
    } else if (!(await store.members(space)).some(({ role }) => role === "owner")) {
      orphans.push(space);
    }
  }
  return orphans;
}

async function finding(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, state: "ok", detail: await look() };
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    const remedy =
      isSynclineError(thrown) && thrown.code.startsWith("database_")
        ? ` ${ERROR_REMEDIES[thrown.code]}`
        : "";
    return { check, state: "fail", detail: `${detail}${remedy}` };
  }
}
