// syncline users: the people who have accounts here, for who runs the server.

import { randomBytes } from "node:crypto";
import { isId, personalSpace, SynclineError } from "@syncline/core";
import { isUserName } from "../accounts/credentials.ts";
import { createPasswords, LOCKED } from "../accounts/password.ts";
import { newUserId } from "../accounts/user-id.ts";
import type { AccountRow } from "../store/account-port.ts";
import { allSpaces } from "../store/all-spaces.ts";
import type { Store } from "../store/port.ts";
import {
  type Command,
  type CommandInput,
  printJson,
  printLine,
  takeArgs,
  UsageError,
} from "./command.ts";
import { openStore } from "./open.ts";

const PAGE = 500;
const LOOKS = ["list", "show", "export"];
const CHANGES = ["add", "lock", "unlock", "sign-out", "reset", "delete"];

export const users: Command = {
  summary: "Find people who have accounts; lock them, sign them out, give them a new password.",
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
    if (verb === "list") {
      if (rest.length > 1) takeArgs(rest, ["part"]);
      await using store = await openStore(input, "read");
      return await list(input, store, rest[0] ?? "");
    }
    const { user } = takeArgs(rest, ["user"]);
    if (verb === "add") {
      await using store = await openStore(input, "make");
      return await add(input, store, user);
    }
    await using store = await openStore(input, LOOKS.includes(verb) ? "read" : "write");
    return await withAccount(verb, input, store, await findAccount(store, user));
  },
};

/**
 * By user id or address.
 * @throws {SynclineError} `not_found`
 */
async function findAccount(store: Store, user: string): Promise<AccountRow> {
  const found =
    (await store.accounts.byUser(user)) ??
    (await store.accounts.byEmail(user.trim().toLowerCase()));
  if (found !== undefined) return found;
  throw new SynclineError("not_found", `There is no account ${user}.`);
}

async function withAccount(
  verb: string,
  input: CommandInput,
  store: Store,
  account: AccountRow,
): Promise<number> {
  const { userId, email, secret } = account;
  const done = (text: string, fields: object = {}) => {
    if (input.json) printJson(input.terminal, { userId, email, done: verb, ...fields });
    else printLine(input.terminal, text);
    return 0;
  };
  switch (verb) {
    case "show":
      return await show(input, store, account);
    case "export":
      return await exportUser(input, store, account);
    case "lock": {
      if (!secret.startsWith(LOCKED)) await store.accounts.setSecret(userId, LOCKED + secret);
      const devices = await signOut(store, userId);
      return done(`${email} is locked, and signed out on ${devices} devices.`, { devices });
    }
    case "unlock":
      if (secret.startsWith(LOCKED))
        await store.accounts.setSecret(userId, secret.slice(LOCKED.length));
      return done(`${email} may sign in again.`);
    case "sign-out": {
      const devices = await signOut(store, userId);
      return done(`${email} is signed out on ${devices} devices.`, { devices });
    }
    case "reset": {
      const password = newPassword();
      await store.accounts.setSecret(userId, await createPasswords().hash(password, "operator"));
      const devices = await signOut(store, userId);
      return done(
        `${email} is signed out on ${devices} devices. The new password, shown this once: ${password}`,
        { devices, password },
      );
    }
    default: {
      if (input.flags["yes"] !== true) {
        printLine(
          input.terminal,
          `Nothing was deleted: add --yes to delete ${email} with all personal spaces. \`syncline erase\` takes what names the person in shared spaces, too.`,
        );
        return 1;
      }
      await store.accounts.remove(userId, personalSpace(userId));
      return done(`${email} is deleted, with all personal spaces and memberships.`);
    }
  }
}

/** Somebody who signs in by a name: no address, so that nobody comes by it by registering. */
async function add({ terminal, json, flags }: CommandInput, store: Store, given: string) {
  const email = given.trim().toLowerCase();
  if (!isUserName(email))
    throw new UsageError(
      "a name has 3 to 50 characters of a-z 0-9 _ -; with an address people register",
    );
  const userId = flags["id"] === undefined ? newUserId(email, undefined) : String(flags["id"]);
  if (!isId(userId)) throw new UsageError("--id is no user id");
  const password = newPassword();
  const secret = await createPasswords().hash(password, "operator");
  if (
    !(await store.accounts.create({
      userId,
      email,
      secret,
      createdAtMs: Date.now(),
      verifiedAtMs: 0,
    }))
  )
    throw new SynclineError("conflict", `There is an account ${email} or ${userId} already.`);
  if (json) printJson(terminal, { userId, email, done: "add", password });
  else
    printLine(
      terminal,
      `${email} is added as ${userId}. The password, shown this once: ${password}`,
    );
  return 0;
}

function newPassword(): string {
  return randomBytes(15).toString("base64url");
}

async function signOut(store: Store, userId: string): Promise<number> {
  const sessions = await store.accounts.sessions(userId);
  for (const { sessionId } of sessions) await store.accounts.closeSession(userId, sessionId);
  return sessions.length;
}

async function list({ terminal, json }: CommandInput, store: Store, part: string): Promise<number> {
  let count = 0;
  for (let after = ""; ; ) {
    const page = await store.accounts.list({ after, limit: PAGE });
    for (const account of page) {
      const { userId, email } = account;
      if (!`${userId} ${email}`.includes(part.toLowerCase())) continue;
      count += 1;
      if (json) printJson(terminal, summary(account));
      else
        printLine(
          terminal,
          `${userId.padEnd(36)} ${summary(account).since}  ${email}${summary(account).locked ? "  locked" : ""}`,
        );
    }
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.userId;
  }
  if (count === 0 && !json) printLine(terminal, "There are no such accounts.");
  return 0;
}

function summary({ userId, email, createdAtMs, secret }: AccountRow) {
  const since = new Date(createdAtMs).toISOString();
  return { userId, email, since, locked: secret.startsWith(LOCKED) };
}

async function show(
  { terminal, json }: CommandInput,
  store: Store,
  account: AccountRow,
): Promise<number> {
  const sessions = await store.accounts.sessions(account.userId);
  const devices = sessions.map(({ device, createdAtMs, seenAtMs }) => ({
    device,
    since: new Date(createdAtMs).toISOString(),
    seen: new Date(seenAtMs).toISOString(),
  }));
  const spaces = await spacesOf(store, account.userId);
  const { userId, email, since, locked } = summary(account);
  if (json) printJson(terminal, { userId, email, since, locked, devices, spaces });
  else {
    printLine(terminal, `${email} (${userId}), since ${since}${locked ? ", locked" : ""}`);
    for (const one of devices) printLine(terminal, `  device    ${one.device}, seen ${one.seen}`);
    for (const { space, role } of spaces) printLine(terminal, `  space     ${space} (${role})`);
  }
  return 0;
}

/** The spaces that somebody may use: the personal ones, and those of which one is a member. */
async function spacesOf(
  store: Store,
  userId: string,
): Promise<{ readonly space: string; readonly role: string }[]> {
  const found: { space: string; role: string }[] = [];
  const own = `/${personalSpace(userId)}`;
  for await (const { space } of allSpaces(store)) {
    const role = space.endsWith(own) ? "own" : await store.role(space, userId);
    if (role !== undefined) found.push({ space, role });
  }
  return found;
}

/** Everything of a person that is here: lines of JSON, each of which says what it is. Of secrets nothing. */
async function exportUser(
  { terminal }: CommandInput,
  store: Store,
  account: AccountRow,
): Promise<number> {
  const { userId, email, since } = summary(account);
  printJson(terminal, { type: "account", userId, email, since });
  for (const { device, createdAtMs, seenAtMs } of await store.accounts.sessions(userId))
    printJson(terminal, { type: "device", device, createdAtMs, seenAtMs });
  for (const { space, role } of await spacesOf(store, userId)) {
    printJson(terminal, { type: "space", space, role });
    // What others wrote in shared spaces is theirs.
    const isOwn = role === "own";
    for (let after = 0; ; ) {
      const entries = await store.history({ space, after, limit: PAGE });
      for (const entry of entries)
        if (isOwn || entry.userId === userId)
          printJson(terminal, { type: "history", space, entry });
      const last = entries.at(-1);
      if (last === undefined) break;
      after = last.stamp;
    }
    for (let after = 0, more = isOwn; more; ) {
      const page = await store.page({
        ...{ space, after, tombstonesAfter: 0, limit: PAGE, maxBytes: 2 ** 20 },
        separator: "\n",
      });
      for (const text of (page?.changes ?? "").split("\n"))
        if (text !== "") printJson(terminal, { type: "record", space, record: JSON.parse(text) });
      after = page?.stamp ?? after;
      more = page?.more === true;
    }
  }
  return 0;
}
