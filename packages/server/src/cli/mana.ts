// syncline mana: what an operator sees of devices that speak mana-sync.

import type { Fields } from "@syncline/core";
import { REFUSED_APP, REFUSED_COLLECTION } from "../dialects/mana/refused-changes.ts";
import { readRecords } from "../engine/read-records.ts";
import { serverWrites } from "../engine/server-writes.ts";
import { allSpaces } from "../store/all-spaces.ts";
import type { Store } from "../store/port.ts";
import { type Command, type CommandInput, printJson, printLine, UsageError } from "./command.ts";
import { OPERATOR, openStore } from "./open.ts";

const PAGE = { limit: 500, maxBytes: 8 * 1024 * 1024 };

export const mana: Command = {
  summary:
    "Show the changes of mana-sync's devices that were refused while the rest of their push was taken.",
  usage: "refused [--clear]",
  examples: [
    "syncline mana refused",
    "syncline mana refused --json",
    "syncline mana refused --clear",
  ],
  flags: {
    clear: { type: "boolean", description: "Forget those that are shown" },
  },
  options: ["data", "databaseUrl", "schema"],
  async run(input) {
    const [verb = "refused", ...rest] = input.args;
    if (verb !== "refused" || rest.length > 0)
      throw new UsageError(`"${[verb, ...rest].join(" ")}" is not "refused"`);
    return await refused(input);
  },
};

async function refused(input: CommandInput): Promise<number> {
  const { terminal, json, flags } = input;
  await using store = await openStore(input, flags["clear"] === true ? "write" : "read");
  const shown: RefusedRecord[] = [];
  for await (const refusal of refusedChanges(store)) {
    const { fields } = refusal;
    shown.push(refusal);
    if (json) printJson(terminal, fields);
    else printLine(terminal, describe(fields));
  }
  if (shown.length === 0 && !json) printLine(terminal, "No change was refused.");
  if (flags["clear"] === true) {
    await forget(store, shown);
    if (!json) printLine(terminal, `Forgot ${shown.length}.`);
  }
  return 0;
}

interface RefusedRecord {
  /** That of the user whose change it was. */
  readonly space: string;
  readonly id: string;
  readonly fields: Fields;
}

async function* refusedChanges(store: Store): AsyncGenerator<RefusedRecord> {
  for await (const { space } of allSpaces(store, REFUSED_APP))
    for (let after = 0, more = true; more; ) {
      const page = await readRecords(store, space, { after, ...PAGE });
      for (const { id, fields, deleted } of page.records) if (!deleted) yield { space, id, fields };
      ({ stamp: after, more } = page);
    }
}

function describe(fields: Fields): string {
  const text = (name: string) => String(fields[name] ?? "");
  return `${text("at")}  user ${text("userId")}, app ${text("appId")}, device ${text("clientId")}: ${text("op")} of ${text("table")}/${text("id")} (${text("bytes")} bytes): ${text("reason")}`;
}

/** Deletes what was shown, and nothing that was refused meanwhile. `syncline compact` then removes the contents. */
async function forget(store: Store, shown: readonly RefusedRecord[]): Promise<void> {
  const spaces = Map.groupBy(shown, ({ space }) => space);
  for (const [space, refusals] of spaces) {
    const keys = refusals.map(({ id }) => ({ collection: REFUSED_COLLECTION, id }));
    await store.commit([
      {
        space,
        records: keys,
        decide(loaded) {
          if (loaded === undefined) return { result: null };
          const deletions = keys.map((key) => ({ ...key, fields: null }));
          const by = { wallMs: Date.now(), by: OPERATOR.userId };
          return { writes: serverWrites(loaded, deletions, by).writes, result: null };
        },
      },
    ]);
  }
}
