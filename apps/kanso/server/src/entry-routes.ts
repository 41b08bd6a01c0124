// The routes of entries.

import { isId } from "@syncline/core";
import { createEntry, type Entry, parseMoment, settleEntry } from "@syncline/kanso-domain";
import type { ProtocolRoute } from "@syncline/server";
import { BadBody, type Body, readBody } from "./body.ts";
import { type Call, DAY_HEADER, idOf, type KansoContext, known, ZONE_HEADER } from "./context.ts";
import { readFeed } from "./feed.ts";
import { isOurs, newId } from "./ids.ts";
import { onceOf } from "./once.ts";
import type { PersonalView } from "./personal-view.ts";
import { Refusal, refusal } from "./refusal.ts";
import { isGone, isLive, type Row, rowToEdit } from "./rows.ts";
import { deletedAt, entryToWire } from "./wire.ts";

const WINDOW_MS = 30 * 86_400_000;

export function entryRoutes(context: KansoContext): ProtocolRoute[] {
  return [
    known(context, "POST", "/entries", (call) => create(call, context)),
    known(context, "GET", "/entries", (call) => list(call, context)),
    known(context, "GET", "/entries/sync", feed),
    known(context, "PUT", "/entries/:id", (call) => update(call, context)),
    known(context, "DELETE", "/entries/:id", remove),
  ];
}

async function create(call: Call, { now }: KansoContext): Promise<object> {
  const body = readBody(call.request.body);
  const draft = draftOf(body);
  const id = body.text("id") || newId();
  if (!isId(id)) throw new BadBody("id is no id");
  const view = await call.view();
  const made = () => entryOf(call, view, { ...draft, id, nowMs: now() });
  // One that is there stays as it is: that an entry is made twice is a lost answer.
  const edit = (current: Row<Entry> | undefined) => {
    const entry = made();
    return isLive(current) ? current.value : entry;
  };
  const row = await view.editEntry(id, edit, onceOf(call.request));
  call.reply.status = 201;
  return answer(call, row);
}

/** An entry, and in headers on which day it is counted, and where: the original's body has no place for it. */
function answer({ principal, reply }: Call, row: Row<Entry>): object {
  const { day = null, zone = null } = row.value ?? {};
  if (day !== null) reply.headers[DAY_HEADER] = day;
  if (zone !== null) reply.headers[ZONE_HEADER] = zone;
  return entryToWire(row, principal.userId);
}

interface EntryDraft {
  readonly habitId: string;
  readonly at: string;
  readonly value: number;
  readonly notes: string;
}

/** @throws {BadBody} */
function draftOf(body: Body): EntryDraft {
  const habitId = body.text("habit_id") ?? "";
  const at = body.text("completion_date");
  if (habitId === "") throw new BadBody("habit_id is required");
  if (at === undefined) throw new BadBody("completion_date is required");
  if (parseMoment(at) === undefined)
    throw new BadBody("completion_date must be an RFC 3339 time with its offset");
  return { habitId, at, value: body.integer("value") ?? 0, notes: body.text("notes") ?? "" };
}

/** @throws {Refusal} where the habit is not the caller's, or is not there */
function entryOf(
  call: Call,
  view: PersonalView,
  { id, nowMs, ...draft }: EntryDraft & { readonly id: string; readonly nowMs: number },
): Entry {
  if (draft.habitId.trim() !== "") mustHaveHabit(view, draft.habitId);
  const { zone, dayStartHour } = view.rows.settings;
  return createEntry(id, draft, { nowMs, zone: call.zone() ?? zone, dayStartHour });
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
  const { rows } = await call.entries();
  return [...rows.values()]
    .filter(isLive)
    .filter(({ value }) => value.habitId === habitId)
    .map((row) => ({ row, ms: parseMoment(row.value.at)?.ms ?? 0 }))
    .filter(({ ms }) => from <= ms && ms <= to)
    .sort((a, b) => b.ms - a.ms || b.row.stamp - a.row.stamp)
    .map(({ row }) => entryToWire(row, call.principal.userId));
}

async function feed(call: Call): Promise<object> {
  const { rows, stamp } = await call.entries();
  const { items, timestamp } = readFeed(rows.values(), (row) => row.stamp, {
    cursor: call.parameter("since"),
    head: stamp,
    message: "invalid date format",
  });
  const changes = items.map((row) => entryToWire(row, call.principal.userId));
  return { changes, timestamp };
}

async function update(call: Call, { now }: KansoContext): Promise<object> {
  const body = readBody(call.request.body);
  const version = body.integer("version");
  if (version === undefined || version < 1) throw new BadBody("version is required");
  const value = body.integer("value") ?? 0;
  const notes = body.text("notes") ?? "";
  const view = await call.view();
  const id = recordId(call);
  // With the habit and the time it can be made of this id, as habits can: whoever edits it has seen it.
  const isWhole = body.text("habit_id") !== undefined && body.text("completion_date") !== undefined;
  const draft = isWhole ? draftOf(body) : undefined;
  const seen = { version, isBack: body.isNull("deleted_at") };
  const edit = (current: Row<Entry> | undefined) => {
    // As with the original, what is deleted is not found by an edit that could not make it.
    if (isGone(current) && draft === undefined && !seen.isBack) throw missing(id, true);
    const held = rowToEdit(current, seen, (row) => conflict(call, row));
    if (held === undefined) {
      const isOthers = isOurs(id) && current === undefined;
      if (draft === undefined || isOthers) throw missing(id, current !== undefined);
      return entryOf(call, view, { ...draft, id, nowMs: now() });
    }
    const { kind } = held.value;
    // Who puts an amount where only something was noted says what was done.
    const next = kind === "note" && value > 0 ? "log" : kind;
    return settleEntry({ ...held.value, kind: next, value, notes });
  };
  return answer(call, await view.editEntry(id, edit, onceOf(call.request)));
}

async function remove(call: Call): Promise<undefined> {
  const id = recordId(call);
  const view = await call.view();
  const edit = (current: Row<Entry> | undefined) => {
    if (!isLive(current)) throw missing(id, current !== undefined);
    return null;
  };
  await view.editEntry(id, edit, onceOf(call.request));
  call.reply.status = 204;
}

/** @throws {Refusal} 404 for what cannot be an id */
function recordId(call: Call): string {
  const id = idOf(call);
  if (!isId(id)) throw missing(id, false);
  return id;
}

function mustHaveHabit(view: PersonalView, id: string): void {
  const row = view.rows.habits.get(id);
  if (!isLive(row)) throw missing(id, row !== undefined);
}

/** An id that was made here and is not the caller's is somebody else's: the original says so. */
function missing(id: string, wasMine: boolean): Refusal {
  return isOurs(id) && !wasMine
    ? refusal(403, "unauthorized access")
    : refusal(404, "resource not found");
}

function conflict(call: Call, row: Row<Entry>): Refusal {
  return new Refusal(409, {
    error: "version conflict",
    message: "data has been modified elsewhere, please sync",
    current_version: row.version,
    ...deletedAt(row),
    current: entryToWire(row, call.principal.userId),
  });
}
