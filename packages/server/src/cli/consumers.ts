// syncline consumers: how far background work is, and what it could not do.

import { SynclineError, spaceToText } from "@syncline/core";
import type { Store } from "../store/port.ts";
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

const MAX_LETTERS = 1_000;

export const consumers: Command = {
  summary: "Show how far background work is, and have what it could not do tried again.",
  usage: "list | dead [consumer] | retry <consumer> [space] [stamp] | forget <consumer>",
  examples: [
    "syncline consumers list",
    "syncline consumers dead mails",
    "syncline consumers retry mails",
    "syncline consumers retry mails todo/team-42 1795341900000001",
    "syncline consumers forget mails",
  ],
  options: ["data", "databaseUrl", "schema"],
  async run(input) {
    const [verb = "list", ...rest] = input.args;
    switch (verb) {
      case "list": {
        takeArgs(rest, []);
        await using store = await openStore(input, "read");
        return await list(input, store);
      }
      case "dead": {
        if (rest.length > 1) takeArgs(rest, ["consumer"]);
        await using store = await openStore(input, "read");
        return await dead(input, store, rest[0]);
      }
      case "retry": {
        if (rest.length > 3) takeArgs(rest, ["consumer", "space", "stamp"]);
        await using store = await openStore(input, "write");
        return await retry(input, store, rest);
      }
      case "forget": {
        const { consumer } = takeArgs(rest, ["consumer"]);
        await using store = await openStore(input, "write");
        return await forget(input, store, consumer);
      }
      default:
        throw new UsageError(`"${verb}" is none of list, dead, retry, forget`);
    }
  },
};

async function list({ terminal, json }: CommandInput, store: Store): Promise<number> {
  const all = await store.consumers.progress();
  for (const one of all) {
    if (json) printJson(terminal, one);
    else
      printLine(
        terminal,
        `${one.consumer.padEnd(24)} ${one.behind === 0 ? "up to date" : `${one.behind} spaces behind`}, ${one.deadLetters} dead letters`,
      );
  }
  if (all.length === 0 && !json)
    printLine(terminal, "There are no consumers yet: they are known once a server has run them.");
  return 0;
}

async function dead(
  { terminal, json }: CommandInput,
  store: Store,
  consumer: string | undefined,
): Promise<number> {
  const letters = await store.consumers.letters({
    limit: MAX_LETTERS,
    ...(consumer === undefined ? {} : { consumer }),
  });
  for (const letter of letters) {
    const { entry, attempts, error, atMs, again } = letter;
    if (json) printJson(terminal, letter);
    else
      printLine(
        terminal,
        `${letter.consumer} ${letter.space} ${entry.stamp} ${entry.op} ${entry.collection}/${entry.id}, ${attempts} attempts until ${new Date(atMs).toISOString()}${again ? ", to be tried again" : ""}: ${error}`,
      );
  }
  if (letters.length === 0 && !json) printLine(terminal, "There are no dead letters.");
  if (letters.length === MAX_LETTERS)
    terminal.stderr.write(`and perhaps more than ${MAX_LETTERS}\n`);
  return 0;
}

async function retry(
  { terminal, json }: CommandInput,
  store: Store,
  [consumer, name, stampText]: readonly string[],
): Promise<number> {
  if (consumer === undefined) throw new UsageError("<consumer> is missing");
  const stamp = stampText === undefined ? undefined : Number(stampText);
  if (stamp !== undefined && !Number.isSafeInteger(stamp))
    throw new UsageError(`"${stampText}" is no stamp`);
  const letters = {
    ...(name === undefined ? {} : { space: spaceToText(spaceArgument(name)) }),
    ...(stamp === undefined ? {} : { stamp }),
  };
  const act = { action: "consumer.retry", target: consumer, details: letters } as const;
  const count = await noted(store, act, () => store.consumers.revive({ consumer, ...letters }));
  if (count === 0) throw new SynclineError("not_found", "There are no such dead letters.");
  if (json) printJson(terminal, { consumer, again: count });
  else
    printLine(terminal, `${count} dead letters will be tried again by the next server that looks.`);
  return 0;
}

async function forget(
  { terminal, json }: CommandInput,
  store: Store,
  consumer: string,
): Promise<number> {
  const known = await store.consumers.progress();
  if (!known.some((one) => one.consumer === consumer))
    throw new SynclineError("not_found", `There is no consumer ${consumer}.`);
  await noted(store, { action: "consumer.forget", target: consumer }, () =>
    store.consumers.forget(consumer),
  );
  if (json) printJson(terminal, { consumer, forgotten: true });
  else printLine(terminal, `${consumer} is forgotten: a server that still has it begins anew.`);
  return 0;
}
