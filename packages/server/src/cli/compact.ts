// syncline compact: removes what nobody asks for any more.

import { stampOfMs, stampToMs } from "@syncline/core";
import { auditIdAt } from "../audit/audit.ts";
import { allSpaces } from "../store/all-spaces.ts";
import type { Store } from "../store/port.ts";
import { type Command, printJson, printLine, takeArgs } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { note } from "./noting.ts";
import { openStore } from "./open.ts";

const DAY_MS = 86_400_000;

export const compact: Command = {
  summary: "Remove deleted records, history and audit entries that are older than the retention.",
  usage: "[--older-than 90d] [--dry-run]",
  examples: ["syncline compact", "syncline compact --older-than 30d --dry-run"],
  flags: {
    "older-than": {
      type: "string",
      description: "What is kept: 30d, 90d; devices away for longer read everything anew",
    },
    "dry-run": { type: "boolean", description: "Only say up to when" },
  },
  options: ["data", "databaseUrl", "schema", "retentionDays", "auditDays"],
  async run(input) {
    takeArgs(input.args, []);
    const { config, flags, terminal, json } = input;
    const text = flags["older-than"];
    const keepMs = typeof text === "string" ? parseDuration(text) : config.retentionDays * DAY_MS;
    const horizon = stampOfMs(Date.now() - keepMs);
    await using store = await openStore(input, flags["dry-run"] === true ? "read" : "write");
    if (flags["dry-run"] !== true) await pruneAudit(store, config.auditDays);
    for await (const head of allSpaces(store)) {
      if (flags["dry-run"] === true) {
        const until = Math.max(head.horizon, Math.min(horizon, head.stamp));
        if (json) printJson(terminal, { space: head.space, horizon: until });
        else printLine(terminal, `${head.space}: up to ${iso(until)}`);
        continue;
      }
      const outcome = await store.compact(head.space, horizon);
      if (json) printJson(terminal, { space: head.space, ...outcome });
      else {
        const { tombstones, historyEntries } = outcome;
        printLine(
          terminal,
          `${head.space}: ${tombstones} deleted records and ${historyEntries} history entries removed`,
        );
      }
    }
    return 0;
  },
};

/** That something was removed stays in the audit. */
async function pruneAudit(store: Store, days: number): Promise<void> {
  const beforeMs = Date.now() - days * DAY_MS;
  const removed = await store.audit.prune(auditIdAt(beforeMs));
  const details = { before: new Date(beforeMs).toISOString(), removed };
  if (removed > 0) await note(store, { action: "audit.prune", details });
}

function iso(stamp: number): string {
  return stamp === 0 ? "the beginning" : new Date(stampToMs(stamp)).toISOString();
}
