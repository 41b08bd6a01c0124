// Reads the body of a push: everything that can be said of it before anything is written.

import { checkJson, type Fields, type Json } from "@syncline/core";
import { encodeName } from "./ids.ts";
import { parseInstant } from "./instants.ts";
import { Refusal } from "./refusal.ts";

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
  /** The space that the record belongs to; undefined: the user's own. */
  readonly spaceId: string | undefined;
}

export interface SentPush {
  readonly clientId: string;
  readonly since: string;
  readonly changes: readonly SentChange[];
}

type Bag = { readonly [name: string]: unknown };

const MAX_VERSION = 1;
const LONE_SURROGATE = /\\u[dD][89a-fA-F]/;

export interface PushLimits {
  readonly changes: number;
  readonly depth: number;
}

/** @throws {Refusal} 400, in the words of the spec, naming the first change that is wrong */
export function readPush(body: string, limits: PushLimits): SentPush {
  const push = parseBody(body);
  const version = push["schemaVersion"] ?? 0;
  if (typeof version !== "number" || !Number.isInteger(version)) throw unfit("schemaVersion");
  checkVersion(version);
  const changes = push["changes"] ?? [];
  if (!Array.isArray(changes)) throw unfit("changes");
  if (changes.length > limits.changes) {
    throw new Refusal(400, `too many changes: ${changes.length} (max ${limits.changes})`);
  }
  // All names first: a push is refused as a whole, and in this order.
  for (const [index, change] of changes.entries()) checkNames(change, index);
  return {
    clientId: textOf(push, "clientId"),
    since: textOf(push, "since"),
    changes: changes.map((change, index) => readChange(change, index, limits.depth)),
  };
}

function parseBody(body: string): Bag {
  let value: unknown;
  try {
    // Half of a character, as devices cut texts, is read as the original reads it.
    value = LONE_SURROGATE.test(body) ? JSON.parse(body, wellFormed) : JSON.parse(body);
  } catch {
    throw new Refusal(400, "invalid JSON: the body is no JSON value");
  }
  if (!isBag(value)) throw new Refusal(400, "invalid JSON: the body is no object");
  return value;
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
  for (const part of ["data", "fields", "actor"]) checkValues(change[part], { part, index, depth });
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
    collection: nameOf(textOf(change, "table", index), index),
    id: nameOf(textOf(change, "id", index), index),
    fields,
    data,
    deletedAt: parseInstant(change["deletedAt"]),
    meta: Object.keys(meta).length === 0 ? undefined : meta,
    spaceId,
  };
}

interface Place {
  readonly part: string;
  readonly index: number;
  readonly depth: number;
}

/** What no record can hold is found before anything is written, and before anything looks at it by recursion. */
function checkValues(value: unknown, { part, index, depth }: Place): void {
  // A field's value lies two levels below the list of fields, and one below that of a record.
  const problem = checkJson(value ?? null, part === "data" ? depth : depth + 2);
  if (problem === undefined) return;
  const path = problem.path === "" ? part : `${part}.${problem.path}`;
  throw new Refusal(
    400,
    `invalid value in change ${index}: ${path.slice(0, 200)}: ${problem.message}`,
  );
}

function nameOf(text: string, index: number): string {
  try {
    return encodeName(text);
  } catch {
    throw new Refusal(400, `table or id is too long or not valid Unicode in change ${index}`);
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
  for (const [name, field] of Object.entries(fields)) {
    if (!isBag(field)) {
      throw new Refusal(
        400,
        `invalid field ${JSON.stringify(name.slice(0, 80))} in change ${index}`,
      );
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
