// syncline audit: who did what with rights over others.

import { stampToMs } from "@syncline/core";
import { type AuditEntry, auditEntries, auditIdAt } from "../audit/audit.ts";
import { type Command, printJson, printLine, takeArgs } from "./command.ts";
import { parseDuration, parseMoment } from "./duration.ts";
import { noteReading } from "./noting.ts";
import { openStore } from "./open.ts";

export const audit: Command = {
  summary: "Show who granted, exported, erased, made keys, changed rules, or read as operator.",
  usage: "[user or space] [--since 7d] [--json]",
  examples: [
    "syncline audit --since 7d",
    "syncline audit todo/team-42",
    "syncline audit --since 2026-11-01T00:00:00Z --json > november.ndjson",
  ],
  flags: {
    since: { type: "string", description: "How far back: 12h, 30d; or an ISO date and time [all]" },
  },
  options: ["data", "databaseUrl", "schema"],
  async run(input) {
    const { args, flags, terminal, json } = input;
    if (args.length > 1) takeArgs(args, ["user or space"]);
    const { since } = flags;
    const from = typeof since === "string" ? auditIdAt(sinceMs(since)) : "";
    await using store = await openStore(input, "read");
    // Entries name users by their ids alone.
    const account = await store.accounts.byEmail((args[0] ?? "").trim().toLowerCase());
    const about = account?.userId ?? args[0];
    const details = about === undefined ? {} : { about };
    await noteReading(input, { action: "audit.read", details });
    let count = 0;
    const asked = { from, ...details };
    for await (const entry of auditEntries(store.audit, asked)) {
      if (terminal.signal.aborted) return 1;
      count += 1;
      if (json) printJson(terminal, entry);
      else printLine(terminal, lineOf(entry));
    }
    if (count === 0 && !json) printLine(terminal, "There are no such entries.");
    return 0;
  },
};

function sinceMs(text: string): number {
  return /^\d{4}-/.test(text) ? stampToMs(parseMoment(text)) : Date.now() - parseDuration(text);
}

function lineOf({ at, actor, action, target, details }: AuditEntry): string {
  const more = Object.keys(details).length === 0 ? "" : ` ${JSON.stringify(details)}`;
  const text = `${at} ${action.padEnd(18)} ${target === "" ? "-" : target} by ${actor.kind} ${actor.id}${more}`;
  // Ids are shown as they are, but never obeyed: no control character reaches the terminal.
  return text.replace(/\p{Cc}/gu, "\ufffd");
}
