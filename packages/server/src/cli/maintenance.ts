// syncline compact, backup and doctor: keeping a server healthy.

import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SynclineError, stampOfMs, stampToMs } from "@syncline/core";
import { databasePath, loadApps, tokenOptions } from "../config/server-options.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { openStore } from "./open.ts";
import { allSpaces } from "./spaces.ts";

export const compact: Command = {
  summary: "Remove deleted records and history that are older than the retention.",
  usage: "[--older-than 90d] [--dry-run]",
  examples: ["syncline compact", "syncline compact --older-than 30d --dry-run"],
  flags: {
    "older-than": {
      type: "string",
      description: "What is kept: 30d, 90d; devices away for longer read everything anew",
    },
    "dry-run": { type: "boolean", description: "Only say up to when" },
  },
  options: ["data", "databaseUrl", "retentionDays"],
  async run(input) {
    takeArgs(input.args, []);
    const { config, flags, terminal, json } = input;
    const text = flags["older-than"];
    const keepMs =
      typeof text === "string" ? parseDuration(text) : config.retentionDays * 86_400_000;
    const horizon = stampOfMs(Date.now() - keepMs);
    await using store = await openStore(input);
    for await (const head of allSpaces(store)) {
      if (flags["dry-run"] === true) {
        const until = Math.max(head.horizon, Math.min(horizon, head.stamp));
        if (json) printJson(terminal, { space: head.space, horizon: until });
        else printLine(terminal, `${head.space}: up to ${iso(until)}`);
        continue;
      }
      const outcome = await store.compact(head.space, horizon);
      if (json) printJson(terminal, { space: head.space, ...outcome });
      else {
        const { tombstones, historyEntries } = outcome;
        printLine(
          terminal,
          `${head.space}: ${tombstones} deleted records and ${historyEntries} history entries removed`,
        );
      }
    }
    return 0;
  },
};

export const backup: Command = {
  summary: "Copy the database to a file, while the server runs.",
  usage: "<file>",
  examples: ["syncline backup /backups/syncline-monday.db"],
  async run(input) {
    const { file } = takeArgs(input.args, ["file"]);
    const path = resolve(input.terminal.cwd, file);
    await using store = await openStore(input);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await store.backup(path);
    if (input.json) printJson(input.terminal, { file: path });
    else printLine(input.terminal, `The database is copied to ${path}.`);
    return 0;
  },
};

interface Finding {
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
}

const LOW_DISK_BYTES = 500 * 2 ** 20;

export const doctor: Command = {
  summary: "Look for what is wrong: configuration, folder, disk, database.",
  usage: "",
  examples: ["syncline doctor", "syncline doctor --json"],
  options: ["data", "databaseUrl", "mode", "apps"],
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
  const path = databasePath(config, terminal.cwd);
  const folder = dirname(path);
  yield { check: "node", state: "ok", detail: process.versions.node };
  yield await finding("keys", async () => {
    tokenOptions(config, terminal.cwd);
    return config.mode === "development" ? "development key" : "configured";
  });
  yield await finding("apps", async () => {
    const { apps } = await loadApps(config, terminal.cwd);
    return apps === "open" ? "any app (development)" : `${apps.length} declared`;
  });
  yield await finding("folder", async () => {
    accessSync(folder, constants.R_OK | constants.W_OK);
    return folder;
  });
  if (existsSync(folder)) {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const state = free < LOW_DISK_BYTES ? "warn" : "ok";
    yield {
      check: "disk",
      state,
      detail: `${Math.floor(free / 2 ** 20).toLocaleString("en")} MiB free`,
    };
  }
  if (config.databaseUrl === undefined && !existsSync(path)) {
    yield { check: "database", state: "warn", detail: `there is none at ${path} yet` };
    return;
  }
  yield await finding("database", async () => {
    await using store = await openStore(input);
    const problems = await store.check();
    if (problems.length > 0) {
      const texts = problems
        .slice(0, 5)
        .map(({ space, message }) => `${space === undefined ? "" : `${space}: `}${message}`);
      throw new SynclineError("database_corrupt", texts.join(" "));
    }
    let spaces = 0;
    let ahead = "";
    for await (const head of allSpaces(store)) {
      spaces += 1;
      if (stampToMs(head.stamp) > Date.now() + 5_000)
        ahead = `; ${head.space} is ahead of this machine's clock`;
    }
    return `${spaces} spaces, sound${ahead}`;
  });
}

async function finding(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, state: "ok", detail: await look() };
  } catch (thrown) {
    return {
      check,
      state: "fail",
      detail: thrown instanceof Error ? thrown.message : String(thrown),
    };
  }
}

function iso(stamp: number): string {
  return stamp === 0 ? "the beginning" : new Date(stampToMs(stamp)).toISOString();
}
