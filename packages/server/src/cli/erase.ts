// syncline erase: everything that names a person, with a receipt of what was taken and what backups still hold.

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { personalSpace, SynclineError } from "@syncline/core";
import { newestBackup } from "../backups/backups.ts";
import { tokenOptions } from "../config/server-options.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { createKeyStore } from "../keys/index.ts";
import type { Store } from "../store/port.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { openStore } from "./open.ts";
import { allSpaces } from "./spaces.ts";

/** Who history names instead. */
const NOBODY = "erased";
const HOUR_MS = 3_600_000;

/** What was done, signed: whoever has the server's key can tell that it is true. */
interface Receipt {
  readonly user: string;
  readonly erasedAt: string;
  readonly account: boolean;
  readonly apiKeys: number;
  readonly personalSpaces: readonly string[];
  readonly sharedSpaces: readonly string[];
  /** Entries of shared histories that named the person; `null` where they were kept. */
  readonly entriesRenamed: number | null;
  /** When the newest backup that may hold the person was made, and when the last of them is gone. */
  readonly backups: { readonly newest: string | null; readonly goneBy: string | null };
}

export const erase: Command = {
  summary: "Erase a person: account, personal spaces, keys, and the name in shared spaces.",
  usage: "<user> --yes [--keep-name] | verify <receipt.json>",
  examples: [
    "syncline erase ana@example.org",
    "syncline erase ana@example.org --yes > receipt.json",
    "syncline erase verify receipt.json",
  ],
  flags: {
    yes: { type: "boolean", description: "Erase; without it only what would be erased is said" },
    "keep-name": {
      type: "boolean",
      description: "Keep who wrote what in the history of shared spaces",
    },
  },
  options: [
    ...(["data", "databaseUrl", "schema", "authSecret", "privateKeyFile"] as const),
    ...(["backupFolder", "backupHours", "backupKeep"] as const),
  ],
  async run(input) {
    const [first, ...rest] = input.args;
    if (first === "verify") return verify(input, takeArgs(rest, ["receipt"]).receipt);
    const { user } = takeArgs(input.args, ["user"]);
    const sure = input.flags["yes"] === true;
    const key = receiptKey(input);
    await using store = await openStore(input, sure ? "write" : "read");
    const account =
      (await store.accounts.byUser(user)) ??
      (await store.accounts.byEmail(user.trim().toLowerCase()));
    const userId = account?.userId ?? user;
    const found = await placesOf(store, userId);
    if (account === undefined && found.personal.length + found.shared.length === 0)
      throw new SynclineError("not_found", `Nothing here names ${user}.`);
    if (!sure) {
      printLine(
        input.terminal,
        `${user}: ${account === undefined ? "no account" : "an account"}, personal spaces ${listed(found.personal)}, named in ${listed(found.shared)}.\nNothing was erased: add --yes.`,
      );
      return 1;
    }
    const entries = await take(input, store, userId, found);
    const receipt: Receipt = {
      user: userId,
      erasedAt: new Date().toISOString(),
      account: account !== undefined,
      apiKeys: entries.apiKeys,
      personalSpaces: found.personal,
      sharedSpaces: found.shared,
      entriesRenamed: entries.renamed,
      backups: await backupsOf(input),
    };
    printJson(input.terminal, { ...receipt, signature: sign(receipt, key) });
    return 0;
  },
};

interface Places {
  readonly personal: readonly string[];
  /** Where the person is a member, or has written. */
  readonly shared: readonly string[];
}

async function placesOf(store: Store, userId: string): Promise<Places> {
  const personal: string[] = [];
  const shared: string[] = [];
  const own = `/${personalSpace(userId)}`;
  for await (const { space } of allSpaces(store)) {
    if (space.endsWith(own)) personal.push(space);
    else if (
      (await store.role(space, userId)) !== undefined ||
      (await hasWritten(store, space, userId))
    )
      shared.push(space);
  }
  return { personal, shared };
}

async function hasWritten(store: Store, space: string, userId: string): Promise<boolean> {
  for (let after = 0; ; ) {
    const entries = await store.history({ space, after, limit: 1_000 });
    if (entries.some((entry) => entry.userId === userId)) return true;
    const last = entries.at(-1);
    if (last === undefined) return false;
    after = last.stamp;
  }
}

async function take(
  input: CommandInput,
  store: Store,
  userId: string,
  { shared }: Places,
): Promise<{ readonly apiKeys: number; readonly renamed: number | null }> {
  const keys = createKeyStore({
    store,
    environment: systemEngineEnvironment(),
    failed: () => undefined,
  });
  const apiKeys = (await keys.hasUser(userId)) ? await keys.revokeAll(userId) : 0;
  // Account, sessions, memberships and personal spaces, all or none.
  await store.accounts.remove(userId, personalSpace(userId));
  if (input.flags["keep-name"] === true) return { apiKeys, renamed: null };
  let renamed = 0;
  for (const space of shared) renamed += await store.replaceAuthor(space, userId, NOBODY);
  return { apiKeys, renamed };
}

async function backupsOf({ config, terminal }: CommandInput): Promise<Receipt["backups"]> {
  const { backupFolder, backupHours, backupKeep } = config;
  const folder = backupFolder === undefined ? undefined : resolve(terminal.cwd, backupFolder);
  const newest = folder === undefined ? undefined : await newestBackup(folder);
  if (newest === undefined) return { newest: null, goneBy: null };
  const goneMs = newest + backupKeep * backupHours * HOUR_MS;
  return { newest: new Date(newest).toISOString(), goneBy: new Date(goneMs).toISOString() };
}

function verify(input: CommandInput, file: string): number {
  const path = resolve(input.terminal.cwd, file);
  if (!existsSync(path)) throw new SynclineError("not_found", `There is no file ${path}.`);
  const { signature, ...receipt } = JSON.parse(readFileSync(path, "utf8")) as Receipt & {
    readonly signature?: unknown;
  };
  const expected = Buffer.from(sign(receipt, receiptKey(input)));
  const given = Buffer.from(String(signature));
  const isTrue = given.length === expected.length && timingSafeEqual(given, expected);
  printLine(
    input.terminal,
    isTrue ? "The receipt is this server's." : "The receipt is not this server's, or was changed.",
  );
  return isTrue ? 0 : 1;
}

function receiptKey({ config, terminal }: CommandInput): Uint8Array {
  const { privateKey, secret } = tokenOptions(config, terminal.cwd);
  const signing = privateKey?.key ?? secret;
  if (signing === undefined)
    throw new SynclineError(
      "config",
      "A receipt is signed with authSecret or privateKeyFile: give one.",
    );
  return new Uint8Array(hkdfSync("sha256", signing, "", "syncline receipts", 32));
}

function sign(receipt: Receipt, key: Uint8Array): string {
  return createHmac("sha256", key).update(JSON.stringify(receipt)).digest("base64url");
}

function listed(spaces: readonly string[]): string {
  if (spaces.length === 0) return "none";
  return spaces.length > 5 ? `${spaces.length}` : spaces.join(", ");
}
