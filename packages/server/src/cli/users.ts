// syncline users: the people who use this server, for who runs it.

import type { Audit } from "../audit/audit.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { createKeyStore } from "../keys/index.ts";
import {
  checkNewUser,
  createUserOperations,
  type UserOperations,
} from "../operating/user-operations.ts";
import type { Store } from "../store/port.ts";
import {
  type Command,
  type CommandInput,
  printJson,
  printLine,
  takeArgs,
  UsageError,
} from "./command.ts";
import { auditOf, operator, readingAudit } from "./noting.ts";
import { openStore } from "./open.ts";

const PAGE = 500;
const LOOKS = ["list", "show", "export"];
const CHANGES = ["add", "lock", "unlock", "sign-out", "reset", "delete"];

export const users: Command = {
  summary: "Find people; lock them, sign them out, give them a new password, export or delete.",
  usage:
    "list [part] | add <name> [--id <user>] | show <user> | lock <user> | unlock <user> | sign-out <user> | reset <user> | export <user> | delete <user> --yes",
  examples: [
    "syncline users list @example.org",
    "syncline users show ana@example.org",
    "syncline users add ana",
    "syncline users lock ana@example.org",
    "syncline users reset ana@example.org",
    "syncline users export ana@example.org > ana.ndjson",
  ],
  flags: {
    yes: { type: "boolean", description: "Delete; without it nothing is deleted" },
    id: {
      type: "string",
      description: "With add: the user id, as another system had it [a new one]",
    },
  },
  options: ["data", "databaseUrl", "schema"],
  async run(input) {
    const [verb = "list", ...rest] = input.args;
    if (![...LOOKS, ...CHANGES].includes(verb))
      throw new UsageError(`"${verb}" is none of ${[...LOOKS, ...CHANGES].join(", ")}`);
    if (verb === "list" && rest.length > 1) takeArgs(rest, ["part"]);
    const looks = LOOKS.includes(verb);
    // Before a database is made for it.
    if (verb === "add") checkNew(takeArgs(rest, ["user"]).user, input);
    const how = looks ? "read" : verb === "add" ? "make" : "write";
    await using store = await openStore(input, how);
    const operations = operationsOn(store, looks ? readingAudit(input) : auditOf(store));
    if (verb === "list") return await list(input, operations, rest[0] ?? "");
    const { user } = takeArgs(rest, ["user"]);
    if (verb === "add") return await add(input, operations, user);
    return await withUser(verb, input, operations, user);
  },
};

function operationsOn(store: Store, audit: Audit): UserOperations {
  const environment = systemEngineEnvironment();
  return createUserOperations({
    store,
    keys: createKeyStore({ store, environment, failed: () => undefined }),
    audit,
    actor: operator(),
    tell: () => undefined, // servers look by themselves
    drain: async () => undefined, // nothing waits in this process
  });
}

async function withUser(
  verb: string,
  input: CommandInput,
  operations: UserOperations,
  name: string,
): Promise<number> {
  const { userId, email } = await operations.find(name);
  const who = email ?? userId;
  const done = (text: string, fields: object = {}) => {
    if (input.json) printJson(input.terminal, { userId, email, done: verb, ...fields });
    else printLine(input.terminal, text);
    return 0;
  };
  switch (verb) {
    case "show":
      return await show(input, operations, userId);
    case "export":
      for await (const one of operations.export(userId)) printJson(input.terminal, one);
      return 0;
    case "lock":
      await operations.lock(userId);
      return done(`${who} is locked: refused everywhere, until \`syncline users unlock\`.`);
    case "unlock":
      await operations.unlock(userId);
      return done(`${who} is let in again.`);
    case "sign-out": {
      const devices = await operations.signOut(userId);
      return done(`${who} is signed out on ${devices} devices.`, { devices });
    }
    case "reset": {
      const { password, devices } = await operations.reset(userId);
      return done(
        `${who} is signed out on ${devices} devices. The new password, shown this once: ${password}`,
        { devices, password },
      );
    }
    default: {
      if (input.flags["yes"] !== true) {
        printLine(
          input.terminal,
          `Nothing was deleted: add --yes to delete ${who} with all personal spaces. \`syncline erase\` takes what names the person in shared spaces, too.`,
        );
        return 1;
      }
      await operations.remove(userId);
      return done(`${who} is deleted, with API keys, all personal spaces and memberships.`);
    }
  }
}

function idOf({ flags }: CommandInput): string | undefined {
  const id = flags["id"];
  return id === undefined ? undefined : String(id);
}

/** @throws {UsageError} */
function checkNew(name: string, input: CommandInput): void {
  try {
    checkNewUser(name, idOf(input));
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Somebody who signs in by a name: no address, so that nobody comes by it by registering. */
async function add(input: CommandInput, operations: UserOperations, name: string): Promise<number> {
  const { terminal, json } = input;
  const { userId, email, password } = await operations.add(name, idOf(input));
  if (json) printJson(terminal, { userId, email, done: "add", password });
  else
    printLine(
      terminal,
      `${email} is added as ${userId}. The password, shown this once: ${password}`,
    );
  return 0;
}

async function list(
  { terminal, json }: CommandInput,
  operations: UserOperations,
  part: string,
): Promise<number> {
  let count = 0;
  for (let after: string | null = ""; after !== null; ) {
    const { users, next } = await operations.list({ part, after, limit: PAGE });
    count += users.length;
    for (const user of users) {
      const { userId, email, since, locked } = user;
      if (json) printJson(terminal, user);
      else {
        const account = `${since ?? "no account".padEnd(24)}  ${email ?? ""}`;
        printLine(terminal, `${userId.padEnd(36)} ${account}${locked ? "  locked" : ""}`);
      }
    }
    after = next;
  }
  if (count === 0 && !json) printLine(terminal, "There are no such users.");
  return 0;
}

async function show(
  { terminal, json }: CommandInput,
  operations: UserOperations,
  userId: string,
): Promise<number> {
  const user = await operations.show(userId);
  if (json) {
    printJson(terminal, user);
    return 0;
  }
  const { email, since, locked, devices, spaces, apiKeys } = user;
  const account =
    email === null ? `${userId}, without an account` : `${email} (${userId}), since ${since}`;
  printLine(terminal, `${account}${locked ? ", locked" : ""}`);
  for (const one of devices) printLine(terminal, `  device    ${one.device}, seen ${one.seen}`);
  for (const { space, role } of spaces) printLine(terminal, `  space     ${space} (${role})`);
  if (apiKeys > 0) printLine(terminal, `  API keys  ${apiKeys}`);
  return 0;
}
