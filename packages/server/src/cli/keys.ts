// syncline keys: users of this server and their API keys.

import { SynclineError } from "@syncline/core";
import { ADMIN_AREAS, adminScopes } from "../admin/scopes.ts";
import { auditedKeys } from "../audit/audited.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { rotateCursorKeys } from "../engine/cursor-seals.ts";
import { createKeyStore, type KeyInfo, type KeyStore } from "../keys/index.ts";
import {
  type Command,
  type CommandInput,
  printJson,
  printLine,
  takeArgs,
  UsageError,
} from "./command.ts";
import { parseDuration } from "./duration.ts";
import { auditOf, noted, operator } from "./noting.ts";
import { openStore } from "./open.ts";

export const keys: Command = {
  summary: "Make, list and take away API keys.",
  usage: "create <user> | list <user> | setup <user> | revoke <user> [key id] | rotate-cursors",
  examples: [
    'syncline keys create member.ana --description "Ana\'s laptop"',
    "syncline keys create exporter --scopes read:todo --expires 90d",
    "syncline keys create console --admin all --expires 90d",
    "syncline keys setup member.ana",
    "syncline keys list member.ana",
    "syncline keys revoke member.ana",
    "syncline keys rotate-cursors",
  ],
  flags: {
    description: { type: "string", description: "What the key is for, or where it lies" },
    scopes: {
      type: "string",
      description:
        "What it is good for: app or app/space, with read: before it, by commas [everything]",
    },
    admin: {
      type: "string",
      description: `An admin key, for /v1/admin alone: all, read, or ${ADMIN_AREAS.join(", ")}, with read: before it, by commas`,
    },
    expires: { type: "string", description: "How long it is good: 12h, 90d [for ever]" },
  },
  options: ["data", "databaseUrl", "schema"],
  async run(input) {
    const [verb = "", ...rest] = input.args;
    if (verb === "rotate-cursors") return await rotateCursors(input, rest);
    if (!["create", "list", "setup", "revoke"].includes(verb))
      throw new UsageError(`"${verb}" is none of create, list, setup, revoke, rotate-cursors`);
    const [user = "", uuid, ...more] = rest;
    if (more.length > 0 || (uuid !== undefined && verb !== "revoke")) takeArgs(rest, ["user"]);
    if (user === "") throw new UsageError("name the user");
    await using store = await openStore(
      input,
      verb === "create" ? "make" : verb === "list" ? "read" : "write",
    );
    const keyStore = auditedKeys(
      createKeyStore({ store, environment: systemEngineEnvironment(), failed: () => undefined }),
      auditOf(store),
      operator(),
    );
    switch (verb) {
      case "create":
        return await create(input, keyStore, user);
      case "setup":
        return await setup(input, keyStore, user);
      case "list":
        return await list(input, keyStore, user);
      default:
        return await revoke(input, keyStore, user, uuid);
    }
  },
};

async function create(
  { terminal, json, flags }: CommandInput,
  keyStore: KeyStore,
  user: string,
): Promise<number> {
  const { description, scopes, admin, expires } = flags;
  if (scopes !== undefined && admin !== undefined)
    throw new UsageError("a key is for apps (--scopes) or for administration (--admin), not both");
  const wanted = admin === undefined ? String(scopes ?? "").split(",") : adminScopes(String(admin));
  const made = await keyStore.createUser(user);
  const { key, info } = await keyStore.createKey(user, {
    ...(description === undefined ? {} : { description: String(description) }),
    ...(scopes === undefined && admin === undefined ? {} : { scopes: wanted }),
    ...(expires === undefined ? {} : { expiresAtMs: Date.now() + parseDuration(String(expires)) }),
  });
  if (json) printJson(terminal, { ...info, key });
  else printLine(terminal, key);
  if (!json)
    terminal.stderr.write(
      `${made ? `The user ${user} is new. ` : ""}The key is shown this once: only its hash is kept.\n`,
    );
  return 0;
}

/** Cursors under the key of before stay good; a minute later every node seals with the new one. */
async function rotateCursors(input: CommandInput, args: readonly string[]): Promise<number> {
  takeArgs(args, []);
  await using store = await openStore(input, "write");
  const environment = systemEngineEnvironment();
  await noted(store, { action: "key.rotate-cursors" }, () =>
    rotateCursorKeys({ settings: store.settings, environment }),
  );
  if (input.json) printJson(input.terminal, { rotated: "cursors" });
  else
    printLine(
      input.terminal,
      "Cursors have a new key. Those under the one before are good until it is rotated again.",
    );
  return 0;
}

async function setup(
  { terminal, json }: CommandInput,
  keyStore: KeyStore,
  user: string,
): Promise<number> {
  const { code, expiresAtMs } = await keyStore.issueSetup(user);
  const expiresAt = new Date(expiresAtMs).toISOString();
  if (json) printJson(terminal, { user, code, expiresAt });
  else printLine(terminal, `${code}   good once, until ${expiresAt}`);
  return 0;
}

async function list(
  { terminal, json }: CommandInput,
  keyStore: KeyStore,
  user: string,
): Promise<number> {
  if (!(await keyStore.hasUser(user)))
    throw new SynclineError("not_found", "There is no such user.");
  const all = await keyStore.list(user);
  for (const key of all) {
    if (json) printJson(terminal, key);
    else printLine(terminal, lineOf(key));
  }
  if (all.length === 0 && !json) printLine(terminal, `${user} has no key.`);
  return 0;
}

function lineOf({
  uuid,
  createdAtMs,
  lastUsedAtMs,
  expiresAtMs,
  scopes,
  description,
}: KeyInfo): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const parts = [
    uuid,
    `made ${day(createdAtMs)}`,
    lastUsedAtMs === null ? "never used" : `used ${day(lastUsedAtMs)}`,
    ...(expiresAtMs === null ? [] : [`until ${day(expiresAtMs)}`]),
    ...(scopes === null ? [] : [`for ${scopes.join(", ")}`]),
    description,
  ];
  return parts.filter((part) => part !== "").join("   ");
}

async function revoke(
  { terminal, json }: CommandInput,
  keyStore: KeyStore,
  user: string,
  uuid: string | undefined,
): Promise<number> {
  if (uuid !== undefined && !(await keyStore.revoke(user, uuid)))
    throw new SynclineError("not_found", `${user} has no key ${uuid}.`);
  const count = uuid === undefined ? await keyStore.revokeAll(user) : 1;
  if (json) printJson(terminal, { user, revoked: count });
  else printLine(terminal, `${count} ${count === 1 ? "key is" : "keys are"} good no more.`);
  return 0;
}
