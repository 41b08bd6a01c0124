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
import type { FastifyInstance } from "fastify";
import { type Body, readBody } from "./body.ts";
import { type Call, idOf, type KansoContext, known } from "./context.ts";
import { readFeed } from "./feed.ts";
import { newId } from "./ids.ts";
import type { PersonalView } from "./personal-view.ts";
import { Refusal, refusal } from "./refusal.ts";
import { isLive, type LiveRow, type Row } from "./rows.ts";
import { feedStamp, habitToWire } from "./wire.ts";

const NOT_FOUND = "habit not found";
const ATTEMPTS = 4;

export function habitRoutes(app: FastifyInstance, context: KansoContext): void {
  app.post(
    "/habits",
    known(context, (call) => create(call, context)),
  );
  app.get("/habits", known(context, list));
  app.get("/habits/sync", known(context, feed));
  app.get("/habits/:id", known(context, read));
  app.put(
    "/habits/:id",
    known(context, (call) => update(call, context)),
  );
  app.delete("/habits/:id", known(context, remove));
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
  const row = await put(view, habit);
  call.reply.code(201);
  return answer(call, view, row);
}

async function list(call: Call): Promise<object> {
  const view = await call.view();
  const live = [...view.rows.habits.values()].filter(isLive);
  return inOrder(live).map((row) => answer(call, view, row));
}

/** By place, and the newest first where they share one. */
export function inOrder(rows: readonly LiveRow<Habit>[]): LiveRow<Habit>[] {
  const created = ({ value }: LiveRow<Habit>) => parseMoment(value.createdAt)?.ms ?? 0;
  return [...rows].sort(
    (a, b) => a.value.sortOrder - b.value.sortOrder || created(b) - created(a) || b.stamp - a.stamp,
  );
}

async function feed(call: Call): Promise<object> {
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
  await view.formerHabits(items);
  const changes = items.map((row) => answer(call, view, rows.habits.get(row.id) ?? row));
  return { changes, timestamp };
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
  const view = await call.view();
  const id = idOf(call);
  const draft = draftOf(body);
  const circumstance = circumstanceOf(call, view, now());
  const row = view.rows.habits.get(id);
  if (!isLive(row)) return await insert(call, view, { id, draft, circumstance });
  if (row.version !== version) throw stale(call, view, row);
  const edited = archived(editHabit(row.value, draft), body, circumstance);
  const written = await view.write(changeOf(edited, row.version));
  const current = view.rows.habits.get(id);
  if (written.type === "conflict") {
    if (!isLive(current)) throw refusal(404, NOT_FOUND);
    throw stale(call, view, current);
  }
  return answer(call, view, current ?? row);
}

/** An edit of a habit that is not here makes it, when it says what it is called. */
async function insert(
  call: Call,
  view: PersonalView,
  {
    id,
    draft,
    circumstance,
  }: {
    readonly id: string;
    readonly draft: Partial<HabitDraft>;
    readonly circumstance: Circumstance;
  },
): Promise<object> {
  if (draft.title === undefined || !isId(id)) throw refusal(404, NOT_FOUND);
  const defaults = { color: "#000000", icon: "default" };
  const habit = createHabit(id, { ...defaults, ...draft, title: draft.title }, circumstance);
  return answer(call, view, await put(view, habit));
}

async function remove(call: Call): Promise<undefined> {
  const view = await call.view();
  const id = idOf(call);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const row = view.rows.habits.get(id);
    if (!isLive(row)) throw refusal(404, NOT_FOUND);
    const change = { collection: "habits", id, op: "delete", baseVersion: row.version } as const;
    if ((await view.write(change)).type === "written") {
      call.reply.code(204);
      return undefined;
    }
  }
  throw refusal(409, "version conflict");
}

/**
 * Writes a habit where there is none, or over a deleted one. Where one is there, it stays as it is: that a
 * habit is made twice is a lost answer.
 */
async function put(view: PersonalView, habit: Habit): Promise<Row<Habit>> {
  let known = view.rows.habits.get(habit.id);
  let base = known?.version ?? 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (isLive(known)) return known;
    const written = await view.write(changeOf(habit, base));
    known = view.rows.habits.get(habit.id);
    if (written.type === "written" && known !== undefined) return known;
    if (written.type === "conflict") base = written.current?.version ?? 0;
  }
  throw refusal(409, "version conflict");
}

function changeOf({ id, ...fields }: Habit, baseVersion: number) {
  const { weekdays, pauses } = fields;
  const stored = { ...fields, weekdays: [...weekdays], pauses: pauses.map((one) => ({ ...one })) };
  return { collection: "habits", id, op: "put", baseVersion, fields: stored } as const;
}

function stale(call: Call, view: PersonalView, row: Row<Habit>): Refusal {
  return new Refusal(409, {
    error: "version conflict",
    message: "Data has been modified elsewhere. Please sync.",
    current_version: row.version,
    current: answer(call, view, row),
  });
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
