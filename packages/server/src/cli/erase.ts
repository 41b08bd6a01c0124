// syncline erase: everything that names a person, with a receipt of what was taken and what backups still hold.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { SynclineError } from "@syncline/core";
import { erasedName } from "../audit/audit.ts";
import { tokenOptions } from "../config/server-options.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { erasePerson, placesOf } from "../erasure/erase-person.ts";
import {
  type BackupPlan,
  isSigned,
  receiptKey,
  type SignedReceipt,
  signReceipt,
} from "../erasure/receipt.ts";
import { createKeyStore } from "../keys/index.ts";
import type { Store } from "../store/port.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { noted } from "./noting.ts";
import { openStore } from "./open.ts";

const HOUR_MS = 3_600_000;

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
    if (first === "verify") return await verify(input, takeArgs(rest, ["receipt"]).receipt);
    const { user } = takeArgs(input.args, ["user"]);
    const sure = input.flags["yes"] === true;
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
    const environment = systemEngineEnvironment();
    const receipt = await noted(store, { action: "erase", target: erasedName(userId) }, () =>
      erasePerson(userId, {
        store,
        keys: createKeyStore({ store, environment, failed: () => undefined }),
        drain: async () => undefined, // nothing waits in this process
        backups: backupPlan(input),
        keepName: input.flags["keep-name"] === true,
      }),
    );
    const auth = tokenOptions(input.config, input.terminal.cwd);
    const key = await receiptKey(auth, async () => store);
    printJson(input.terminal, signReceipt(receipt, key));
    return 0;
  },
};

/** Where the folder of the backups is, as a running server would know it. */
function backupPlan({ config, terminal }: CommandInput): BackupPlan | undefined {
  const { backupFolder, backupHours, backupKeep } = config;
  if (backupFolder === undefined) return undefined;
  const folder = resolve(terminal.cwd, backupFolder);
  return { folder, everyMs: backupHours * HOUR_MS, keep: backupKeep };
}

async function verify(input: CommandInput, file: string): Promise<number> {
  const path = resolve(input.terminal.cwd, file);
  if (!existsSync(path)) throw new SynclineError("not_found", `There is no file ${path}.`);
  const receipt = JSON.parse(readFileSync(path, "utf8")) as SignedReceipt; // its signature says whether it is one
  const auth = tokenOptions(input.config, input.terminal.cwd);
  let store: Store | undefined;
  const key = await receiptKey(auth, async () => (store = await openStore(input, "read")));
  await store?.close();
  const isTrue = isSigned(receipt, key);
  printLine(
    input.terminal,
    isTrue ? "The receipt is this server's." : "The receipt is not this server's, or was changed.",
  );
  return isTrue ? 0 : 1;
}

function listed(spaces: readonly string[]): string {
  if (spaces.length === 0) return "none";
  return spaces.length > 5 ? `${spaces.length}` : spaces.join(", ");
}
