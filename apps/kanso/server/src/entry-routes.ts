// The routes of entries.

import { isId } from "@syncline/core";
import { createEntry, type Entry, parseMoment, settleEntry } from "@syncline/kanso-domain";
import type { FastifyInstance } from "fastify";
import { BadBody, readBody } from "./body.ts";
import { type Call, idOf, type KansoContext, known } from "./context.ts";
import { readFeed } from "./feed.ts";
import { isOurs, newId } from "./ids.ts";
import type { PersonalView } from "./personal-view.ts";
import { Refusal, refusal } from "./refusal.ts";
import { isLive, type LiveRow, type Row } from "./rows.ts";
import { entryToWire } from "./wire.ts";

const ATTEMPTS = 4;
const WINDOW_MS = 30 * 86_400_000;

export function entryRoutes(app: FastifyInstance, context: KansoContext): void {
  app.post(
    "/entries",
    known(context, (call) => create(call, context)),
  );
  app.get(
    "/entries",
    known(context, (call) => list(call, context)),
  );
  app.get("/entries/sync", known(context, feed));
  app.put("/entries/:id", known(context, update));
  app.delete("/entries/:id", known(context, remove));
}

async function create(call: Call, { now }: KansoContext): Promise<object> {
  const body = readBody(call.request.body);
  const habitId = body.text("habit_id") ?? "";
  const at = body.text("completion_date");
  if (habitId === "") throw new BadBody("habit_id is required");
  if (at === undefined) throw new BadBody("completion_date is required");
  if (parseMoment(at) === undefined)
    throw new BadBody("completion_date must be an RFC 3339 time with its offset");
  const id = body.text("id") || newId();
  if (!isId(id)) throw new BadBody("id is no id");
  const value = body.integer("value") ?? 0;
  const notes = body.text("notes") ?? "";
  const view = await call.view();
  if (habitId.trim() !== "") mustHaveHabit(view, habitId);
  const { zone, dayStartHour } = view.rows.settings;
  const entry = createEntry(
    id,
    { habitId, at, value, notes },
    { nowMs: now(), zone: call.zone() ?? zone, dayStartHour },
  );
  call.reply.code(201);
  return entryToWire(await put(view, entry), call.principal.userId);
}

async function list(call: Call, { now }: KansoContext): Promise<object> {
  const habitId = call.parameter("habit_id");
  if (habitId === undefined || habitId === "") throw refusal(400, "habit_id is required");
  const view = await call.view();
  mustHaveHabit(view, habitId);
  const bound = (name: string, otherwise: number) =>
    parseMoment(call.parameter(name) ?? "")?.ms ?? otherwise;
  const from = bound("from", now() - WINDOW_MS);
  const to = bound("to", now());
  const { entries, entriesOf } = view.rows;
  return [...(entriesOf.get(habitId)?.keys() ?? [])]
    .flatMap((id) => entries.get(id) ?? [])
    .map((row) => ({ row, ms: parseMoment(row.value?.at ?? "")?.ms ?? 0 }))
    .filter(({ ms }) => from <= ms && ms <= to)
    .sort((a, b) => b.ms - a.ms || b.row.stamp - a.row.stamp)
    .map(({ row }) => entryToWire(row, call.principal.userId));
}

async function feed(call: Call): Promise<object> {
  const view = await call.view();
  const { rows, stamp } = view;
  const { items, timestamp } = readFeed(rows.entries.values(), (row) => row.stamp, {
    cursor: call.parameter("since"),
    head: stamp,
    message: "invalid date format",
  });
  await view.formerEntries(items);
  const changes = items.map((row) =>
    entryToWire(rows.entries.get(row.id) ?? row, call.principal.userId),
  );
  return { changes, timestamp };
}

async function update(call: Call): Promise<object> {
  const body = readBody(call.request.body);
  const version = body.integer("version");
  if (version === undefined || version < 1) throw new BadBody("version is required");
  const value = body.integer("value") ?? 0;
  const notes = body.text("notes") ?? "";
  const view = await call.view();
  const row = mustHaveEntry(view, idOf(call));
  if (row.version !== version) throw stale(call, row);
  const written = await view.write(changeOf(settleEntry({ ...row.value, value, notes }), version));
  const current = mustHaveEntry(view, row.id);
  if (written.type === "conflict") throw stale(call, current);
  return entryToWire(current, call.principal.userId);
}

async function remove(call: Call): Promise<undefined> {
  const view = await call.view();
  const id = idOf(call);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { version } = mustHaveEntry(view, id);
    const change = { collection: "entries", id, op: "delete", baseVersion: version } as const;
    if ((await view.write(change)).type === "written") {
      call.reply.code(204);
      return undefined;
    }
  }
  throw refusal(409, "version conflict");
}

/** Writes an entry where there is none, or over a deleted one; one that is there stays: its answer was lost. */
async function put(view: PersonalView, entry: Entry): Promise<Row<Entry>> {
  let known = view.rows.entries.get(entry.id);
  let base = known?.version ?? 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (isLive(known)) return known;
    const written = await view.write(changeOf(entry, base));
    known = view.rows.entries.get(entry.id);
    if (written.type === "written" && known !== undefined) return known;
    if (written.type === "conflict") base = written.current?.version ?? 0;
  }
  throw refusal(409, "version conflict");
}

function changeOf({ id, ...fields }: Entry, baseVersion: number) {
  return { collection: "entries", id, op: "put", baseVersion, fields } as const;
}

function mustHaveHabit(view: PersonalView, id: string): void {
  const row = view.rows.habits.get(id);
  if (!isLive(row)) throw missing(id, row !== undefined);
}

function mustHaveEntry(view: PersonalView, id: string): LiveRow<Entry> {
  const row = view.rows.entries.get(id);
  if (!isLive(row)) throw missing(id, row !== undefined);
  return row;
}

/** An id that was made here and is not the caller's is somebody else's: the original says so. */
function missing(id: string, wasMine: boolean): Refusal {
  return isOurs(id) && !wasMine
    ? refusal(403, "unauthorized access")
    : refusal(404, "resource not found");
}

function stale(call: Call, row: Row<Entry>): Refusal {
  return new Refusal(409, {
    error: "version conflict",
    message: "data has been modified elsewhere, please sync",
    current_version: row.version,
    current: entryToWire(row, call.principal.userId),
  });
}
