// syncline spaces: what there is, and who may use it.

import { SynclineError, spaceToText, stampToMs } from "@syncline/core";
import { systemEngineEnvironment } from "../create-server.ts";
import { newSpace } from "../engine/admit.ts";
import { setMember } from "../engine/members.ts";
import { allSpaces, isServersOwn } from "../store/all-spaces.ts";
import type { Role, SpaceHead } from "../store/port.ts";
import {
  type Command,
  type CommandInput,
  printJson,
  printLine,
  takeArgs,
  UsageError,
} from "./command.ts";
import { noted } from "./noting.ts";
import { openStore, spaceArgument } from "./open.ts";

export const spaces: Command = {
  summary: "List, show and make spaces, and say who may use them.",
  usage:
    "list [app] | show <space> | create <space> --owner <user> | add <space> <user> <role> | remove <space> <user> | delete <space> --yes",
  examples: [
    "syncline spaces list",
    "syncline spaces show todo/team-42",
    "syncline spaces create todo/team-42 --owner alice",
    "syncline spaces add todo/team-42 bob writer",
    "syncline spaces remove todo/team-42 bob",
  ],
  flags: {
    owner: { type: "string", description: "The first owner of a new space" },
    yes: { type: "boolean", description: "Delete a space; without it nothing is deleted" },
  },
  async run(input) {
    const [verb = "list", ...rest] = input.args;
    switch (verb) {
      case "list":
        if (rest.length > 1) takeArgs(rest, ["app"]);
        return await list(input, rest[0]);
      case "show":
        return await show(input, takeArgs(rest, ["space"]).space);
      case "create":
        return await create(input, takeArgs(rest, ["space"]).space);
      case "add": {
        const { space, user, role } = takeArgs(rest, ["space", "user", "role"]);
        return await change(input, space, user, parseRole(role));
      }
      case "remove": {
        const { space, user } = takeArgs(rest, ["space", "user"]);
        return await change(input, space, user, null);
      }
      case "delete":
        return await remove(input, takeArgs(rest, ["space"]).space);
      default:
        throw new UsageError(`"${verb}" is none of list, show, create, add, remove, delete`);
    }
  },
};

function parseRole(text: string): Role {
  if (text === "reader" || text === "writer" || text === "owner") return text;
  throw new UsageError(`"${text}" is no role: reader, writer or owner`);
}

async function list(input: CommandInput, app: string | undefined): Promise<number> {
  await using store = await openStore(input, "read");
  let count = 0;
  for await (const head of allSpaces(store, app)) {
    count += 1;
    if (input.json) printJson(input.terminal, summary(head));
    else printLine(input.terminal, describe(head));
  }
  if (count === 0 && !input.json)
    printLine(input.terminal, "There are no spaces yet: they are made when somebody writes.");
  return 0;
}

function summary(head: SpaceHead) {
  const collections = Object.fromEntries(
    Object.entries(head.tallies).map(([name, { count }]) => [name, count]),
  );
  return { space: head.space, lastCommit: head.stamp === 0 ? null : iso(head.stamp), collections };
}

function describe(head: SpaceHead): string {
  const counts = Object.entries(head.tallies).map(
    ([name, { count }]) => `${name} ${count.toLocaleString("en")}`,
  );
  const when = head.stamp === 0 ? "never written" : iso(head.stamp);
  return `${head.space.padEnd(32)} ${when.padEnd(24)} ${counts.join(", ")}`.trimEnd();
}

function iso(stamp: number): string {
  return new Date(stampToMs(stamp)).toISOString();
}

async function show(input: CommandInput, name: string): Promise<number> {
  await using store = await openStore(input, "read");
  const space = spaceToText(spaceArgument(name));
  const head = await store.head(space);
  if (head === undefined) throw new SynclineError("not_found", `There is no space ${space}.`);
  const members = await store.members(space);
  if (input.json) {
    printJson(input.terminal, { ...head, members });
    return 0;
  }
  printLine(input.terminal, describe(head));
  printLine(input.terminal, `  made      ${new Date(head.createdAtMs).toISOString()}`);
  printLine(
    input.terminal,
    `  history   ${head.horizon === 0 ? "from the beginning" : `from ${iso(head.horizon)}`}`,
  );
  for (const [collection, { digest }] of Object.entries(head.tallies)) {
    printLine(input.terminal, `  digest    ${collection} ${digest}`);
  }
  for (const { userId, role } of members)
    printLine(input.terminal, `  member    ${userId} (${role})`);
  return 0;
}

/** @throws {SynclineError} `forbidden` for what the server keeps for itself: API keys, above all */
function changedSpace(name: string): string {
  const space = spaceToText(spaceArgument(name));
  if (isServersOwn(space))
    throw new SynclineError(
      "forbidden",
      `${space} is the server's own: syncline keys and syncline users change what is in it.`,
      { path: "space" },
    );
  return space;
}

async function create(input: CommandInput, name: string): Promise<number> {
  const { owner } = input.flags;
  if (typeof owner !== "string")
    throw new UsageError("--owner is missing: somebody must be able to let others in");
  await using store = await openStore(input, "make");
  const space = changedSpace(name);
  if (name.includes("/~")) throw new UsageError("personal spaces are made by themselves");
  if ((await store.head(space)) !== undefined)
    throw new SynclineError("conflict", `There is a space ${space} already.`);
  await noted(store, { action: "space.create", target: space, details: { owner } }, () =>
    store.commit([
      {
        space,
        create: newSpace(systemEngineEnvironment(), owner),
        records: [],
        decide: () => ({ result: null }),
      },
    ]),
  );
  if (input.json) printJson(input.terminal, { space, owner });
  else printLine(input.terminal, `Made ${space}, owned by ${owner}.`);
  return 0;
}

/** With all that is in it: records, history, members, devices, and what background work knows of it. */
async function remove(input: CommandInput, name: string): Promise<number> {
  const space = changedSpace(name);
  const sure = input.flags["yes"] === true;
  await using store = await openStore(input, sure ? "write" : "read");
  const head = await store.head(space);
  if (head === undefined) throw new SynclineError("not_found", `There is no space ${space}.`);
  if (sure)
    await noted(store, { action: "space.delete", target: space }, () => store.removeSpace(space));
  if (input.json) printJson(input.terminal, { space, deleted: sure });
  else if (sure) printLine(input.terminal, `${space} is deleted. Backups still hold it.`);
  else
    printLine(
      input.terminal,
      `${describe(head)}\nNothing was deleted: add --yes to delete it with its history and its members.`,
    );
  return sure ? 0 : 1;
}

async function change(
  input: CommandInput,
  name: string,
  user: string,
  role: Role | null,
): Promise<number> {
  const space = changedSpace(name);
  await using store = await openStore(input, "write");
  if ((await store.head(space)) === undefined)
    throw new SynclineError("not_found", `There is no space ${space}.`);
  const action = role === null ? "member.remove" : "member.set";
  const details = { user, ...(role === null ? {} : { role }) };
  await noted(store, { action, target: space, details }, () =>
    setMember(store, space, { userId: user, role }),
  );
  if (input.json) printJson(input.terminal, { space, user, role });
  else
    printLine(
      input.terminal,
      role === null ? `${user} may not use ${space} any more.` : `${user} is ${role} of ${space}.`,
    );
  return 0;
}
