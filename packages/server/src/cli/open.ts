// What commands work on: the database of the data folder, beside a running server or without one.

import { existsSync } from "node:fs";
import { parseSpace, SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import { createMemoryBus } from "../bus/memory.ts";
import { openNatsBus } from "../bus/nats.ts";
import type { Bus } from "../bus/port.ts";
import { openPostgresBus } from "../bus/postgres.ts";
import { openRedisBus } from "../bus/redis.ts";
import { loadApps } from "../config/load-apps.ts";
import type { Config } from "../config/options.ts";
import { databasePath } from "../config/server-options.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import type { Engine } from "../engine/contract.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { MigrationStep, Store } from "../store/port.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { refuseMoved } from "../store/transfer/fence.ts";
import type { CommandInput } from "./command.ts";

/** The operator's own identity: may read and write every space, and is named in history. */
export const OPERATOR: Principal = { userId: "operator", operator: true };

/**
 * What a command does with the database: `read` and `write` want it to be there, `make` makes one where there is none,
 * and only `serve` brings an old one up to date.
 */
export type StoreUse = "read" | "write" | "make" | "serve";

/** Opens the database. @param migrated told of each migration */
export async function openStore(
  input: CommandInput,
  use: StoreUse,
  migrated?: (step: MigrationStep) => void,
): Promise<Store> {
  const { databaseUrl } = input.config;
  const told = migrated === undefined ? {} : { migrated };
  if (databaseUrl !== undefined) {
    const mode = use === "read" || use === "write" ? use : "migrate";
    return await openPostgresStore({
      ...postgresOptions(input.config, databaseUrl),
      mode,
      ...told,
    });
  }
  const path = existingDatabase(input, use === "serve" || use === "make");
  if (use === "serve" && existsSync(path)) refuseMoved(path);
  const mode = use === "serve" ? "migrate" : use === "make" ? "write" : use;
  return await openSqliteStore({ path, mode, ...told });
}

/** Where the tables are. */
export function postgresOptions(
  { schema }: Pick<Config, "schema">,
  url: string,
): { readonly url: string; readonly schema?: string } {
  return { url, ...(schema === undefined ? {} : { schema }) };
}

/**
 * The database of the data folder.
 * @throws {SynclineError} `not_found` where there is none, and none may be made
 */
export function existingDatabase({ config, terminal }: CommandInput, orNew = false): string {
  const path = databasePath(config, terminal.cwd);
  if (orNew || existsSync(path)) return path;
  throw new SynclineError(
    "not_found",
    `There is no database at ${path}. Name its folder with --data.`,
  );
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
 * itself. A node on a file is alone. @param keyOf what their messages are sealed with
 */
export async function openBus(
  { databaseUrl, schema, redisUrl, natsUrl }: Config,
  keyOf: () => Promise<string>,
): Promise<Bus> {
  if (redisUrl !== undefined && natsUrl !== undefined) {
    throw new SynclineError("config", "Name Redis or NATS, not both.", { path: "natsUrl" });
  }
  if (redisUrl === undefined && natsUrl === undefined && databaseUrl === undefined)
    return createMemoryBus();
  const key = await keyOf();
  if (redisUrl !== undefined) return await openRedisBus({ url: redisUrl, key });
  if (natsUrl !== undefined) return await openNatsBus({ url: natsUrl, key });
  // Two installations in one database do not hear each other.
  const prefix = schema === undefined ? {} : { prefix: `syncline_${schema}` };
  return await openPostgresBus({ url: databaseUrl ?? "", key, ...prefix });
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
