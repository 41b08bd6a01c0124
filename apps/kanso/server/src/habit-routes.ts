// The routes of habits.

import { isId } from "@syncline/core";
import {
  archiveHabit,
  type Circumstance,
  createHabit,
  editHabit,
  type Habit,
  type HabitDraft,
  parseMoment,
  restoreHabit,
} from "@syncline/kanso-domain";
import type { ProtocolRoute } from "@syncline/server";
import { type Body, readBody } from "./body.ts";
import { type Call, idOf, type KansoContext, known } from "./context.ts";
import { readFeed } from "./feed.ts";
import { isOurs, newId } from "./ids.ts";
import { onceOf } from "./once.ts";
import type { PersonalView } from "./personal-view.ts";
import { Refusal, refusal } from "./refusal.ts";
import { isLive, type LiveRow, type Row, rowToEdit } from "./rows.ts";
import { deletedAt, feedStamp, habitToWire } from "./wire.ts";

const NOT_FOUND = "habit not found";

export function habitRoutes(context: KansoContext): ProtocolRoute[] {
  return [
    known(context, "POST", "/habits", (call) => create(call, context)),
    known(context, "GET", "/habits", (call) => list(call, context)),
    known(context, "GET", "/habits/sync", (call) => feed(call, context)),
    known(context, "GET", "/habits/:id", read),
    known(context, "PUT", "/habits/:id", (call) => update(call, context)),
    known(context, "DELETE", "/habits/:id", remove),
  ];
}

async function create(call: Call, { now }: KansoContext): Promise<object> {
  const body = readBody(call.request.body);
  const view = await call.view();
  const id = body.text("id") || newId();
  if (!isId(id)) throw refusal(400, "invalid habit id");
  const draft = draftOf(body);
  if (draft.title === undefined || draft.title.trim() === "")
    throw refusal(400, "habit title cannot be empty");
  const circumstance = circumstanceOf(call, view, now());
  const habit = createHabit(id, { ...draft, title: draft.title }, circumstance);
  // One that is there stays as it is: that a habit is made twice is a lost answer.
  const edit = (row: Row<Habit> | undefined) => (isLive(row) ? row.value : habit);
  const row = await view.editHabit(id, edit, onceOf(call.request));
  call.reply.status = 201;
  return answer(call, view, row);
}

async function list(call: Call, { nullLists }: KansoContext): Promise<object | string> {
  const view = await call.view();
  const live = [...view.rows.habits.values()].filter(isLive);
  if (nullLists && live.length === 0) return "null";
  return inOrder(live).map((row) => answer(call, view, row));
}

/** By place, and the newest first where they share one. */
export function inOrder(rows: readonly LiveRow<Habit>[]): LiveRow<Habit>[] {
  const created = ({ value }: LiveRow<Habit>) => parseMoment(value.createdAt)?.ms ?? 0;
  return [...rows].sort(
    (a, b) => a.value.sortOrder - b.value.sortOrder || created(b) - created(a) || b.stamp - a.stamp,
  );
}

async function feed(call: Call, { nullLists }: KansoContext): Promise<object> {
  const view = await call.view();
  const { rows, stamp } = view;
  const { items, timestamp } = readFeed(
    rows.habits.values(),
    (row: Row<Habit>) => feedStamp(row, rows),
    {
      cursor: call.parameter("last_sync"),
      head: stamp,
      message: "invalid last_sync format, use RFC3339",
    },
  );
  const changes = items.map((row) => answer(call, view, row));
  return { changes: nullLists && changes.length === 0 ? null : changes, timestamp };
}

async function read(call: Call): Promise<object> {
  const view = await call.view();
  const row = view.rows.habits.get(idOf(call));
  if (!isLive(row)) throw refusal(404, NOT_FOUND);
  return answer(call, view, row);
}

async function update(call: Call, { now }: KansoContext): Promise<object> {
  const body = readBody(call.request.body);
  const version = body.integer("version");
  if (version === undefined || version < 1) throw refusal(400, "version is required");
  const id = recordId(call);
  const view = await call.view();
  const draft = draftOf(body);
  const circumstance = circumstanceOf(call, view, now());
  const seen = { version, isBack: body.isNull("deleted_at") };
  const edit = (row: Row<Habit> | undefined): Habit => {
    const held = rowToEdit(row, seen, (current) => new Stale(current));
    // An id that was made here and is not the caller's is somebody else's.
    if (row === undefined && isOurs(id)) throw refusal(404, NOT_FOUND);
    if (held === undefined) return inserted(id, draft, circumstance);
    return archived(editHabit(held.value, draft), body, circumstance);
  };
  try {
    return answer(call, view, await view.editHabit(id, edit, onceOf(call.request)));
  } catch (thrown) {
    throw thrown instanceof Stale ? conflict(call, view, thrown.row) : thrown;
  }
}

/** An edit of a habit that was never here makes it, when it says what it is called. */
function inserted(id: string, draft: Partial<HabitDraft>, circumstance: Circumstance): Habit {
  if (draft.title === undefined) throw refusal(404, NOT_FOUND);
  const defaults = { color: "#000000", icon: "default" };
  return createHabit(id, { ...defaults, ...draft, title: draft.title }, circumstance);
}

async function remove(call: Call): Promise<undefined> {
  const view = await call.view();
  const edit = (row: Row<Habit> | undefined) => {
    if (!isLive(row)) throw refusal(404, NOT_FOUND);
    return null;
  };
  await view.editHabit(recordId(call), edit, onceOf(call.request));
  call.reply.status = 204;
}

/** The habit was edited or deleted by somebody else since. */
class Stale extends Error {
  readonly row: Row<Habit>;
  constructor(row: Row<Habit>) {
    super("stale");
    this.row = row;
  }
}

function conflict(call: Call, view: PersonalView, row: Row<Habit>): Refusal {
  return new Refusal(409, {
    error: "version conflict",
    message: "Data has been modified elsewhere. Please sync.",
    current_version: row.version,
    ...deletedAt(row),
    current: answer(call, view, row),
  });
}

/** @throws {Refusal} 404 for what cannot be an id */
function recordId(call: Call): string {
  const id = idOf(call);
  if (!isId(id)) throw refusal(404, NOT_FOUND);
  return id;
}

function answer(call: Call, view: PersonalView, row: Row<Habit>): object {
  const { userId } = call.principal;
  const touched = feedStamp(row, view.rows);
  if (!isLive(row)) return habitToWire(row, { userId, touched });
  const streak = view.streak(row, view.calendar(call.zone()));
  return habitToWire(row, { userId, streak, touched });
}

function circumstanceOf(call: Call, view: PersonalView, nowMs: number): Circumstance {
  const { zone, dayStartHour } = view.rows.settings;
  return { nowMs, zone: call.zone() ?? zone, dayStartHour };
}

/** What the body says of the habit; numbers below 1 say nothing, as with the original. */
function draftOf(body: Body): Partial<HabitDraft> {
  const positive = (name: string) => {
    const value = body.integer(name);
    return value === undefined || value < 1 ? undefined : value;
  };
  const optional = <Value>(name: keyof HabitDraft, value: Value | undefined) =>
    value === undefined ? {} : { [name]: value };
  return {
    ...optional("title", body.text("title")),
    ...optional("description", body.text("description")),
    ...optional("color", body.text("color")),
    ...optional("icon", body.text("icon")),
    ...optional("sortOrder", body.integer("sort_order")),
    ...optional("type", body.text("type")?.trim() || undefined),
    ...optional("frequencyType", body.text("frequency_type")?.trim() || undefined),
    ...optional("weekdays", body.integers("weekdays")),
    ...optional("interval", positive("interval")),
    ...optional("timesPerWeek", positive("times_per_week")),
    ...optional("reminderTime", body.text("reminder_time")),
    ...optional("targetValue", positive("target_value")),
    ...optional("targetType", body.text("target_type")?.trim() || undefined),
    ...optional("unit", body.text("unit")),
  };
}

function archived(habit: Habit, body: Body, circumstance: Circumstance): Habit {
  const text = body.text("archived_at");
  if (text === undefined) return habit;
  if (text === "") return restoreHabit(habit, circumstance);
  const moment = parseMoment(text);
  return moment === undefined ? habit : archiveHabit(habit, circumstance, moment.text);
}
