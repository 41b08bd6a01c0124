// GET /backup/export: all that is a user's own, as the archive that older clients keep. Who may not sync may still take it away.

import { createHash } from "node:crypto";
import type { RecordState } from "@syncline/core";
import { actorOf } from "../../audit/audit.ts";
import type { Principal } from "../../auth/principal.ts";
import { RULES_COLLECTION } from "../../engine/space-rules.ts";
import type { Answer, Call, Protocol } from "../../protocol/port.ts";
import type { Sink } from "../../protocol/sink.ts";
import { identifyUngated } from "./caller.ts";
import type { ManaContext } from "./context.ts";
import { corsOf, originCheck } from "./cors.ts";
import { toWireChange } from "./emit.ts";
import { toJson } from "./go-json.ts";
import { decodeName, deviceIdOf } from "./ids.ts";
import { authorOf, formatInstant } from "./instants.ts";
import { others, refuse } from "./routes.ts";
import { createZipStream } from "./zip-stream.ts";

const FORMAT = 1;
const SCHEMA_VERSION = 1;
const PATH = "/backup/export";
const PAGE = { limit: 1_000, maxBytes: 1024 * 1024 };

export function createBackupProtocol(context: ManaContext): Protocol {
  const isAllowed = originCheck(context.options.corsOrigins ?? context.corsOrigins);
  return {
    name: "mana backups",
    ownCors: true,
    begin: (call) => corsOf(call, isAllowed),
    identify: (call) => identifyUngated(call, context),
    refuse,
    routes: [
      { method: "GET", path: PATH, handle: (call) => exportAll(context, call) },
      others(PATH, ["GET"]),
    ],
  };
}

async function exportAll(context: ManaContext, { principal }: Call): Promise<Answer> {
  const actor = actorOf(principal);
  await context.audit.note({ actor, action: "user.export", target: principal.userId });
  const now = new Date(context.now()).toISOString();
  const stamp = now.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const name = principal.userId.replaceAll(/[^\w.@+-]/g, "_");
  return {
    type: "application/zip",
    headers: {
      "content-disposition": `attachment; filename="mana-backup-${name}-${stamp}.mana"`,
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
    stream: {
      places: { kind: "backups of mana", all: 20, ofUser: 1 },
      write: (sink) => write(context, sink, { principal, now }),
    },
  };
}

interface Export {
  readonly principal: Principal;
  readonly now: string;
}

/** An archive that breaks off has no manifest. */
async function write(context: ManaContext, sink: Sink, { principal, now }: Export): Promise<void> {
  const zip = createZipStream((bytes) => sink.send(bytes));
  const hash = createHash("sha256");
  const apps: string[] = [];
  let count = 0;
  zip.file("events.jsonl");
  for (const app of await context.engine.ownApps(principal)) {
    const before = count;
    for await (const records of pagesOf(context, principal, app)) {
      const lines = records.flatMap((record) => eventOf(record, decodeName(app)) ?? []);
      const text = lines.map((line) => `${toJson(line)}\n`).join("");
      count += lines.length;
      hash.update(text);
      zip.add(text);
      if (!(await sink.room())) return;
    }
    if (count > before) apps.push(decodeName(app));
  }
  const versions = count === 0 ? 0 : SCHEMA_VERSION;
  zip.file("manifest.json");
  zip.add(
    toJson({
      formatVersion: FORMAT,
      schemaVersion: SCHEMA_VERSION,
      userId: principal.userId,
      createdAt: now,
      eventCount: count,
      eventsSha256: hash.digest("hex"),
      apps: apps.sort(),
      producedBy: "mana-sync",
      schemaVersionMin: versions,
      schemaVersionMax: versions,
    }),
  );
  zip.end();
}

async function* pagesOf(
  { engine }: ManaContext,
  principal: Principal,
  app: string,
): AsyncGenerator<readonly RecordState[]> {
  const admission = { undeclared: true, ungated: true };
  const admitted = await engine.admit(principal, { app, name: "~" }, "read", admission);
  for (let after = 0, more = true; more; ) {
    const page = await engine.records(admitted, { after, ...PAGE });
    yield page.records;
    ({ stamp: after, more } = page);
  }
}

/** A record as one event of a log: as it is now, not every step to it. Undefined for what was never there. */
function eventOf(record: RecordState, appId: string): object | undefined {
  // Access rules are no table of these clients.
  if (record.collection === RULES_COLLECTION) return undefined;
  const change = toWireChange(record, { isNews: () => true, hasIt: false });
  if (change === undefined) return undefined;
  const { eventId, schemaVersion, table, id, op, fields = {}, data = {}, deletedAt } = change;
  const cells = Object.entries(fields);
  const { base, mark } = record.registers;
  return {
    eventId,
    schemaVersion,
    appId,
    table,
    id,
    op,
    data: {
      insert: data,
      update: Object.fromEntries(cells.map(([name, { value }]) => [name, value])),
      delete: { deletedAt },
    }[op],
    fieldTimestamps: Object.fromEntries(cells.map(([name, { at }]) => [name, at])),
    clientId: deviceIdOf(authorOf((base ?? mark)?.time ?? "")),
    createdAt: formatInstant(record.stamp),
  };
}
