// What a database of simple-sync v0.4.0 holds: its tables, read as they lie in the file.

import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ROOT_USER, SynclineError } from "@syncline/core";
import { ACL_ITEM, ADD_RULE } from "../dialects/simple/event.ts";
import type { ForeignUser } from "../keys/index.ts";

const MAGIC = "SQLite format 3\0";
/** The one schema that there is: `PRAGMA user_version`. */
const SCHEMA = 1;
const TABLES = ["user", "event", "api_key", "setup_token", "acl_rule"] as const;

type Row = { readonly [column: string]: unknown };

export interface SimpleDatabase extends Disposable {
  readonly counts: { readonly [table in (typeof TABLES)[number]]: number };
  /** Events as the lines of a history hold them, in the order in which they were accepted. */
  events(): Iterable<unknown>;
  /** The rules that were in force, as events. One rule is the same event each time it is read. */
  rules(): unknown[];
  /** @param nowMs codes that are used, or good no more by then, are left out */
  users(nowMs: number): Iterable<ForeignUser>;
}

export function isSqliteFile(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(MAGIC.length);
    readSync(file, head, 0, head.length, 0);
    return head.toString("latin1") === MAGIC;
  } finally {
    closeSync(file);
  }
}

/** @throws {SynclineError} `invalid` when it is a database of another kind, or of a newer schema */
export function openSimpleDatabase(path: string): SimpleDatabase {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    // What is read is one state of the database, even while a server writes to it.
    db.exec("BEGIN");
    checkSchema(db, path);
    const count = (table: string) =>
      Number(db.prepare(`SELECT count(*) n FROM "${table}"`).get()?.["n"]);
    const counts = {
      user: count("user"),
      event: count("event"),
      api_key: count("api_key"),
      setup_token: count("setup_token"),
      acl_rule: count("acl_rule"),
    };
    return {
      counts,
      events: () => readEvents(db),
      rules: () => readRules(db),
      users: (nowMs) => readUsers(db, nowMs),
      [Symbol.dispose]: () => db.close(),
    };
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

function checkSchema(db: DatabaseSync, path: string): void {
  const refuse = (why: string) => new SynclineError("invalid", `${path} ${why}`, { path: "file" });
  const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
  const there = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const missing = TABLES.filter((table) => !there.some(({ name }) => name === table));
  if (missing.length > 0)
    throw refuse(`is no database of simple-sync: it has no table ${missing.join(", ")}.`);
  if (version > SCHEMA)
    throw refuse(
      `has the schema ${version} of simple-sync; ${SCHEMA} is the newest that is read here.`,
    );
}

function* readEvents(db: DatabaseSync): Generator<unknown> {
  const rows = db.prepare(
    "SELECT uuid, timestamp, user, item, action, coalesce(payload, '') payload FROM event ORDER BY rowid",
  );
  for (const row of rows.iterate()) yield { ...row };
}

/** They have neither a time nor a UUID there. */
function readRules(db: DatabaseSync): unknown[] {
  const first = db.prepare("SELECT min(created_at) first FROM user").get()?.["first"];
  const atMs = timeMsOf(first) ?? 1000;
  const rules = db.prepare('SELECT "user", item, action, type FROM acl_rule ORDER BY rowid').all();
  return rules.map(({ user, item, action, type }) => {
    const payload = JSON.stringify({ user, item, action, type });
    return {
      uuid: fixedUuid(atMs, payload),
      timestamp: Math.floor(atMs / 1000),
      user: ROOT_USER,
      item: ACL_ITEM,
      action: ADD_RULE,
      payload,
    };
  });
}

function* readUsers(db: DatabaseSync, nowMs: number): Generator<ForeignUser> {
  const keysOf = db.prepare("SELECT * FROM api_key WHERE user = ? ORDER BY rowid");
  const codesOf = db.prepare("SELECT * FROM setup_token WHERE user = ? ORDER BY rowid DESC");
  for (const { id, created_at } of db
    .prepare("SELECT id, created_at FROM user ORDER BY rowid")
    .iterate()) {
    const user = String(id);
    const code = codesOf.all(user).find((row) => isGood(row, nowMs));
    yield {
      user,
      createdAtMs: timeMsOf(created_at) ?? nowMs,
      keys: keysOf.all(user).map((row) => ({
        uuid: String(row["uuid"]),
        bcrypt: textOf(row["key_hash"]),
        description: textOf(row["description"]),
        createdAtMs: timeMsOf(row["created_at"]) ?? nowMs,
        lastUsedAtMs: timeMsOf(row["last_used_at"]) ?? null,
      })),
      setup:
        code === undefined
          ? undefined
          : { code: String(code["token"]), expiresAtMs: timeMsOf(code["expires_at"]) ?? 0 },
    };
  }
}

/** The time before all times means: not used. */
function isGood(code: Row, nowMs: number): boolean {
  return (timeMsOf(code["used_at"]) ?? 0) <= 0 && (timeMsOf(code["expires_at"]) ?? 0) > nowMs;
}

const GO_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(Z|[+-]\d\d:?\d\d)?/;

/** Go's drivers write a time as text, with its zone and perhaps the zone's name behind it; others as seconds. */
function timeMsOf(value: unknown): number | undefined {
  if (typeof value === "number") return value < 100_000_000_000 ? value * 1000 : value;
  const [, day, time = "", zone = "Z"] = GO_TIME.exec(textOf(value)) ?? [];
  if (day === undefined) return undefined;
  const offset = zone === "Z" || zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${day}T${time.slice(0, 12)}${offset}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Go's drivers write bytes as a blob. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  return typeof value === "string" ? value : "";
}

/** A UUID of version 7 that is the same for the same content. */
function fixedUuid(atMs: number, content: string): string {
  const hex = createHash("sha256").update(content).digest("hex");
  const time = Math.max(0, atMs).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}
