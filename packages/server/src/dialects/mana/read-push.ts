// Reads the body of a push: everything that can be said of it before anything is written.

import { checkJson, type Fields, type Json } from "@syncline/core";
import { firstObject, namesByCase, withKnownNames } from "./go-json.ts";
import { encodeName } from "./ids.ts";
import { parseInstant } from "./instants.ts";
import { Refusal } from "./refusal.ts";
import type { RefusedChange } from "./refused-changes.ts";

/** A field as it is sent: its value, and when the device wrote it. */
export interface SentField {
  readonly value: Json;
  /** Microseconds; undefined where the device did not say, or nothing that can be read. */
  readonly at: number | undefined;
  /** True: the time came as `at`, as those clients write it that merge by times themselves. */
  readonly isMerged: boolean;
}

/** A change as it is sent, with the names that we give its record. */
export interface SentChange {
  readonly op: "insert" | "update" | "delete";
  readonly collection: string;
  readonly id: string;
  readonly fields: ReadonlyMap<string, SentField>;
  readonly data: Fields | undefined;
  readonly deletedAt: number | undefined;
  /** What is kept of the change beside the record's fields; undefined where there is nothing. */
  readonly meta: { readonly [name: string]: Json } | undefined;
  /** The organisation that the record belongs to; undefined where the change does not say. */
  readonly spaceId: string | undefined;
  /** The change as it was sent. */
  readonly content: unknown;
}

export interface SentPush {
  readonly clientId: string;
  readonly since: string;
  readonly changes: readonly SentChange[];
  /** What no record can hold: refused, while the rest is taken. */
  readonly refused: readonly RefusedChange[];
}

type Bag = { readonly [name: string]: unknown };

const PUSH_NAMES = namesByCase("clientId", "since", "schemaVersion", "changes");
const CHANGE_NAMES = namesByCase(
  "table",
  "id",
  "op",
  "fields",
  "data",
  "deletedAt",
  "spaceId",
  "actor",
  "origin",
  "schemaVersion",
);
const USER_NAMES = namesByCase("userId");
const FIELD_NAMES = namesByCase("value", "updatedAt", "at");
const MAX_VERSION = 1;
const LONE_SURROGATE = /\\u[dD][89a-fA-F]/;

/** Why a change cannot be taken, though the push is what it should be. */
class UnfitChange extends Error {
  override readonly name = "UnfitChange";
}

/** @throws {Refusal} 400, in the words of the spec, naming the first change that is wrong */
export function readPush(body: string, limits: { readonly jsonDepth: number }): SentPush {
  const push = withKnownNames(parseBody(body), PUSH_NAMES);
  const version = push["schemaVersion"] ?? 0;
  if (typeof version !== "number" || !Number.isInteger(version)) throw unfit("schemaVersion");
  checkVersion(version);
  const sent = push["changes"] ?? [];
  if (!Array.isArray(sent)) throw unfit("changes");
  const changes = sent.map((change: unknown) =>
    isBag(change) ? withKnownNames(change, CHANGE_NAMES) : change,
  );
  // All names first: a push that the original refuses is refused as it does it, as a whole.
  for (const [index, change] of changes.entries()) checkNames(change, index);
  const read: SentChange[] = [];
  const refused: RefusedChange[] = [];
  for (const [index, change] of changes.entries()) {
    try {
      read.push(readChange(change, index, limits.jsonDepth));
    } catch (thrown) {
      if (!(thrown instanceof UnfitChange)) throw thrown;
      // checkNames looked at all of them.
      refused.push({ ...namesOf(change as Bag, index), reason: thrown.message, content: change });
    }
  }
  return {
    clientId: textOf(push, "clientId"),
    since: textOf(push, "since"),
    changes: read,
    refused,
  };
}

function namesOf(change: Bag, index: number): Pick<RefusedChange, "table" | "id" | "op"> {
  return {
    table: textOf(change, "table", index),
    id: textOf(change, "id", index),
    op: textOf(change, "op", index),
  };
}

/**
 * The user that another service writes for.
 * @throws {Refusal} 400
 */
export function readUserId(body: string): string {
  const userId = textOf(withKnownNames(parseBody(body), USER_NAMES), "userId");
  if (userId === "" || userId.length > 256) throw new Refusal(400, "missing or overlong userId");
  return userId;
}

function parseBody(body: string): Bag {
  let value: unknown;
  try {
    // Half of a character, as devices cut texts, is read as the original reads it.
    value = parseText(body);
  } catch {
    throw new Refusal(400, "invalid JSON: the body is no JSON value");
  }
  if (!isBag(value)) throw new Refusal(400, "invalid JSON: the body is no object");
  return value;
}

function parseText(body: string): unknown {
  const parse = (text: string): unknown =>
    LONE_SURROGATE.test(text) ? JSON.parse(text, wellFormed) : JSON.parse(text);
  try {
    return parse(body);
  } catch {
    // Perhaps it is an object with something behind it.
    return parse(firstObject(body));
  }
}

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}

function checkVersion(version: number): void {
  if (version > MAX_VERSION) {
    throw new Refusal(400, `unsupported schemaVersion ${version} (max ${MAX_VERSION})`);
  }
}

function checkNames(change: unknown, index: number): void {
  if (!isBag(change) && change !== null) throw unfit(`changes.${index}`);
  const op = change === null ? "" : textOf(change, "op", index);
  if (op !== "insert" && op !== "update" && op !== "delete") {
    throw new Refusal(400, `invalid op ${JSON.stringify(op.slice(0, 40))} in change ${index}`);
  }
  const { table, id } = change as Bag; // null has no op
  if ((table ?? "") === "" || (id ?? "") === "") {
    throw new Refusal(400, `missing table or id in change ${index}`);
  }
}

function readChange(given: unknown, index: number, depth: number): SentChange {
  const change = given as Bag; // checkNames looked at all of them
  for (const part of ["data", "fields", "actor"]) checkValues(change[part], { part, depth });
  const data = readData(change["data"], index);
  const fields = readFields(change["fields"], index);
  const { op } = change as { op: SentChange["op"] }; // one of the three
  const version = change["schemaVersion"];
  if (typeof version === "number") checkVersion(version);
  const origin = textOf(change, "origin", index);
  const spaceId =
    nonEmpty(textOf(change, "spaceId", index)) ??
    nonEmpty(data?.["spaceId"]) ??
    nonEmpty(fields.get("spaceId")?.value);
  const actor = change["actor"] as Json | undefined; // the engine looks at what it holds
  const meta = {
    ...(actor === undefined || actor === null ? {} : { actor }),
    ...(origin === "" ? {} : { origin }),
    ...(nonEmpty(textOf(change, "spaceId", index)) === undefined
      ? {}
      : { spaceId: textOf(change, "spaceId", index) }),
  };
  return {
    op,
    collection: nameOf(textOf(change, "table", index)),
    id: nameOf(textOf(change, "id", index)),
    fields,
    data,
    deletedAt: parseInstant(change["deletedAt"]),
    meta: Object.keys(meta).length === 0 ? undefined : meta,
    spaceId,
    content: change,
  };
}

/** What no record can hold is found before anything is written, and before anything looks at it by recursion. */
function checkValues(
  value: unknown,
  { part, depth }: { readonly part: string; readonly depth: number },
): void {
  // A field's value lies two levels below the list of fields, and one below that of a record.
  const problem = checkJson(value ?? null, part === "data" ? depth : depth + 2);
  if (problem === undefined) return;
  const path = problem.path === "" ? part : `${part}.${problem.path}`;
  throw new UnfitChange(`${path.slice(0, 200)}: ${problem.message}`);
}

function nameOf(text: string): string {
  try {
    return encodeName(text);
  } catch {
    throw new UnfitChange("The table or id is too long, or not valid Unicode.");
  }
}

function readData(data: unknown, index: number): Fields | undefined {
  if (data === undefined || data === null) return undefined;
  if (!isBag(data)) throw unfit(`changes.${index}.data`);
  return data as Fields; // parsed from JSON
}

function readFields(fields: unknown, index: number): ReadonlyMap<string, SentField> {
  const read = new Map<string, SentField>();
  if (fields === undefined || fields === null) return read;
  if (!isBag(fields)) throw unfit(`changes.${index}.fields`);
  for (const [name, given] of Object.entries(fields)) {
    const field = isBag(given) ? withKnownNames(given, FIELD_NAMES) : given;
    if (!isBag(field)) {
      throw new UnfitChange(`fields.${name.slice(0, 80)}: A field is an object with a value.`);
    }
    const value = (field["value"] ?? null) as Json; // parsed from JSON
    const at = parseInstant(field["at"]);
    const isMerged = at !== undefined;
    read.set(name, { value, at: at ?? parseInstant(field["updatedAt"]), isMerged });
  }
  return read;
}

function textOf(bag: Bag, name: string, index?: number): string {
  const value = bag[name] ?? "";
  if (typeof value !== "string")
    throw unfit(index === undefined ? name : `changes.${index}.${name}`);
  return value;
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unfit(path: string): Refusal {
  return new Refusal(400, `invalid JSON: ${path} has the wrong type`);
}
