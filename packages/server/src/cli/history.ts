// syncline history, tail and explain: what happened, what happens, and why a record is as it is.

import { setTimeout as wait } from "node:timers/promises";
import { recordToWire, SynclineError, spaceToText, stampOfMs, stampToMs } from "@syncline/core";
import type { HistoryEntry, Store } from "../store/port.ts";
import { type Command, type CommandInput, printJson, printLine, takeArgs } from "./command.ts";
import { parseDuration, parseMoment } from "./duration.ts";
import { noteReading } from "./noting.ts";
import { OPERATOR, openEngine, openStore, spaceArgument } from "./open.ts";

const PAGE = 500;
const TAIL_MS = 500;

export const history: Command = {
  summary: "Show who changed a record, when and how; or what it was at a moment.",
  usage: "<space> <collection> <id> [--as-of <moment>]",
  examples: [
    "syncline history todo/~alice todos t1",
    "syncline history todo/~alice todos t1 --as-of 2026-11-20T10:00:00Z",
  ],
  flags: { "as-of": { type: "string", description: "An ISO date and time, or a stamp" } },
  async run(input) {
    const { space: name, collection, id } = takeArgs(input.args, ["space", "collection", "id"]);
    const space = spaceToText(spaceArgument(name));
    await using store = await openStore(input, "read");
    const head = await store.head(space);
    if (head === undefined) throw new SynclineError("not_found", `There is no space ${space}.`);
    const details = { command: "history", record: `${collection}/${id}` };
    await noteReading(input, { action: "space.read", target: space, details });
    const asOf = input.flags["as-of"];
    if (typeof asOf === "string") {
      const stamp = parseMoment(asOf);
      if (stamp < head.horizon) {
        throw new SynclineError("not_found", `History before ${iso(head.horizon)} was compacted.`);
      }
      const record = await store.recordAt(space, { collection, id }, stamp);
      if (record === undefined)
        throw new SynclineError("not_found", "There was no such record then.");
      printJson(input.terminal, recordToWire(record));
      return 0;
    }
    let count = 0;
    for await (const entry of entriesOf(store, space, 0, { collection, id })) {
      count += 1;
      show(input, entry, false);
    }
    if (count === 0) throw new SynclineError("not_found", "History knows no such record.");
    return 0;
  },
};

export const tail: Command = {
  summary: "Follow what is committed in a space.",
  usage: "<space> [--since 1h]",
  examples: ["syncline tail todo/~alice", "syncline tail todo/~alice --since 1h --json"],
  flags: {
    since: { type: "string", description: "How far back to begin: 15m, 1h, 7d; or a stamp [now]" },
  },
  async run(input) {
    const { space: name } = takeArgs(input.args, ["space"]);
    const space = spaceToText(spaceArgument(name));
    await using store = await openStore(input, "read");
    const head = await store.head(space);
    if (head === undefined) throw new SynclineError("not_found", `There is no space ${space}.`);
    await noteReading(input, {
      action: "space.read",
      target: space,
      details: { command: "tail" },
    });
    const since = input.flags["since"];
    let after = typeof since === "string" ? sinceStamp(since) : head.stamp;
    while (!input.terminal.signal.aborted) {
      for await (const entry of entriesOf(store, space, after)) {
        after = entry.stamp;
        show(input, entry, true);
      }
      await wait(TAIL_MS, undefined, { signal: input.terminal.signal }).catch(() => undefined); // the user stops it
    }
    return 0;
  },
};

export const explain: Command = {
  summary: "Say why a record is here, not here, or as it is.",
  usage: "<space> <collection> <id>",
  examples: ["syncline explain todo/~alice todos t1"],
  options: ["data", "databaseUrl", "schema", "apps"],
  async run(input) {
    const { space, collection, id } = takeArgs(input.args, ["space", "collection", "id"]);
    await using store = await openStore(input, "read");
    const engine = await openEngine(store, input);
    const address = spaceArgument(space);
    const details = { command: "explain", record: `${collection}/${id}` };
    await noteReading(input, { action: "space.read", target: spaceToText(address), details });
    const explanation = await engine.explain(OPERATOR, address, { collection, id });
    if (input.json) {
      printJson(input.terminal, explanation);
      return 0;
    }
    printLine(input.terminal, explanation.because);
    printLine(input.terminal, `It is merged by ${explanation.policy}.`);
    if (explanation.record !== null)
      printLine(input.terminal, JSON.stringify(recordToWire(explanation.record), null, 2));
    for (const entry of explanation.history) show(input, entry, false);
    return 0;
  },
};

function sinceStamp(text: string): number {
  return /^\d{16}$/.test(text) ? Number(text) : stampOfMs(Date.now() - parseDuration(text));
}

async function* entriesOf(
  store: Store,
  space: string,
  from: number,
  record?: { readonly collection: string; readonly id: string },
): AsyncGenerator<HistoryEntry> {
  for (let after = from; ; ) {
    const page = await store.history({
      space,
      after,
      limit: PAGE,
      ...(record === undefined ? {} : { record }),
    });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.stamp;
  }
}

function show({ json, terminal }: CommandInput, entry: HistoryEntry, withKey: boolean): void {
  if (json) {
    printJson(terminal, entry);
    return;
  }
  const key = withKey ? ` ${entry.collection}/${entry.id}` : "";
  const fields = entry.fields === undefined ? "" : ` ${JSON.stringify(entry.fields)}`;
  const text = `${iso(entry.stamp)} ${entry.op.padEnd(7)} v${entry.version}${key} by ${entry.userId} (${entry.clientId})${fields}`;
  // What was stored is shown as it is, but never obeyed: no control character reaches the terminal.
  printLine(terminal, text.replace(/\p{Cc}/gu, "\ufffd"));
}

function iso(stamp: number): string {
  return new Date(stampToMs(stamp)).toISOString();
}
