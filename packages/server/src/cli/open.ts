// What commands work on: the database of the data folder, beside a running server or without one.

import { existsSync } from "node:fs";
import { parseSpace, SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import { createMemoryBus } from "../bus/memory.ts";
import { openNatsBus } from "../bus/nats.ts";
import type { Bus } from "../bus/port.ts";
import { openPostgresBus } from "../bus/postgres.ts";
import { openRedisBus } from "../bus/redis.ts";
import type { Config } from "../config/options.ts";
import { databasePath, loadApps } from "../config/server-options.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import type { Engine } from "../engine/contract.ts";
import { createEngine } from "../engine/create-engine.ts";
import { busKeyOf } from "../store/bus-key.ts";
import type { Store } from "../store/port.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { refuseMoved } from "../store/transfer/fence.ts";
import type { CommandInput } from "./command.ts";

/** The operator's own identity: may read and write every space, and is named in history. */
export const OPERATOR: Principal = { userId: "operator", operator: true };

/** Opens the database; without `create`, one that is not there is an error instead of an empty one. */
export async function openStore(
  input: CommandInput,
  options: { readonly create?: boolean } = {},
): Promise<Store> {
  const { databaseUrl } = input.config;
  if (databaseUrl !== undefined) return await openPostgresStore({ url: databaseUrl });
  const path = databasePath(input.config, input.terminal.cwd);
  if (options.create !== true && !existsSync(path)) {
    throw new SynclineError(
      "not_found",
      `There is no database at ${path}. Name its folder with --data.`,
    );
  }
  if (options.create === true && existsSync(path)) refuseMoved(path);
  return await openSqliteStore({ path });
}

/** Where the data lies, for people to read: never with a password. */
export function databaseName({ config, terminal }: CommandInput): string {
  if (config.databaseUrl === undefined) return databasePath(config, terminal.cwd);
  if (!URL.canParse(config.databaseUrl)) {
    throw new SynclineError("config", "This is no address of a database.", { path: "databaseUrl" });
  }
  const { host, pathname } = new URL(config.databaseUrl);
  return `PostgreSQL at ${host}${pathname}`;
}

/**
 * What tells the nodes on one database of each other's commits: Redis or NATS where one is named, else PostgreSQL
 * itself. A node on a file is alone.
 */
export async function openBus(
  { databaseUrl, redisUrl, natsUrl }: Config,
  store: Store,
): Promise<Bus> {
  if (redisUrl !== undefined && natsUrl !== undefined) {
    throw new SynclineError("config", "Name Redis or NATS, not both.", { path: "natsUrl" });
  }
  const failed = (thrown: unknown) => {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    process.stderr.write(`${JSON.stringify({ level: 40, msg: "the bus failed", reason })}\n`);
  };
  if (redisUrl === undefined && natsUrl === undefined && databaseUrl === undefined)
    return createMemoryBus();
  const key = await busKeyOf(store);
  if (redisUrl !== undefined) return await openRedisBus({ url: redisUrl, key, failed });
  if (natsUrl !== undefined) return await openNatsBus({ url: natsUrl, key, failed });
  return await openPostgresBus({ url: databaseUrl ?? "", key, failed });
}

/** An engine on the store, with the rules of the apps that are configured. */
export async function openEngine(
  store: Store,
  { config, terminal }: CommandInput,
): Promise<Engine> {
  const { apps } = await loadApps(config, terminal.cwd);
  return createEngine({
    store,
    bus: createMemoryBus(),
    apps: apps === "open" ? [] : apps,
    openApps: apps === "open",
    environment: systemEngineEnvironment(),
  });
}

/** A space as the operator names it; `~` alone means nobody here. */
export function spaceArgument(text: string): ReturnType<typeof parseSpace> {
  const space = parseSpace(text);
  if (space.name === "~") {
    throw new SynclineError("invalid", "Name whose personal space is meant: todo/~alice.", {
      path: "space",
    });
  }
  return space;
}
