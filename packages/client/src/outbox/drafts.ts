// From what an app asks for to the changes of a mutation: checked, timed, and with the version they were made from.

import {
  type Change,
  DEFAULT_LIMITS,
  type Fields,
  formatTime,
  type MergePolicy,
  parseTime,
  type RecordKey,
  type RecordState,
  recordKeyToText,
  SynclineError,
  type Time,
} from "@syncline/core";
import type { AnyCollection } from "../collections/definition.ts";
import { mergePending } from "../collections/view.ts";
import type { Intent } from "./intent.ts";
import { utf8Bytes } from "./size.ts";

/** What a draft begins from. */
export interface Origin {
  /** What the app sees of the record now. */
  readonly record: RecordState | undefined;
  /** The version that the server will have when everything pending before this is committed; 0: it knows no record. */
  readonly version: number;
}

export interface DraftContext {
  definitionOf(collection: string): AnyCollection;
  policyOf(collection: string): MergePolicy;
  /** Follows the times of what the changes are made from, so that they come after it. */
  observe(times: Iterable<Time>): void;
  /** Takes a reading of the device's clock. */
  time(): Time;
}

export interface Drafted {
  readonly changes: readonly Change[];
  /** What further changes are made from, by `recordKeyToText`. */
  readonly records: ReadonlyMap<string, Origin>;
}

/** A mutation that is larger could never be pushed, not even alone; what is around it needs some room. */
const MUTATION_BYTES = DEFAULT_LIMITS.bodyBytes - 64 * 1024;

/**
 * Makes the changes of one mutation.
 * @param origins what each record is made from, by `recordKeyToText`
 * @throws {SynclineError} `not_found` for a change to a record that is not there, `conflict` for an insert
 *   of one that is, `schema` and `invalid` for fields that do not fit, `too_large`
 */
export function draftChanges(
  intents: readonly Intent[],
  origins: ReadonlyMap<string, Origin>,
  context: DraftContext,
): Drafted {
  const drafts = new Map(origins);
  for (const { record } of origins.values()) context.observe(timesOf(record));
  // One time for all records of a mutation, so that against another one it wins or loses as a whole; a
  // record that is changed twice needs a later one.
  let time = context.time();
  const timed = new Set<string>();
  const changes = intents.map((intent) => {
    const key = recordKeyToText(intent);
    if (timed.has(key)) {
      time = context.time();
      timed.clear();
    }
    timed.add(key);
    const { record, version } = drafts.get(key) ?? { record: undefined, version: 0 };
    const policy = context.policyOf(intent.collection);
    const definition = context.definitionOf(intent.collection);
    const change = draftChange(intent, { definition, policy, record, version, time });
    const merged = mergePending(record, change, policy);
    if (merged.type === "rejected") throw merged.error;
    if (merged.type === "conflict")
      throw new SynclineError("conflict", `There is a record ${key} already.`);
    const next = merged.type === "written" ? merged.record : record;
    if (next !== undefined) checkSize(next);
    const counted = policy.name === "versioned" ? 1 : 0;
    drafts.set(key, { record: next, version: version + counted });
    return change;
  });
  checkMutation(changes);
  return { changes, records: drafts };
}

/** The keys of the records that intents are about, each once. */
export function keysOf(intents: readonly RecordKey[]): RecordKey[] {
  return [...new Map(intents.map((intent) => [recordKeyToText(intent), intent])).values()];
}

function draftChange(
  intent: Intent,
  context: Origin & {
    readonly definition: AnyCollection;
    readonly policy: MergePolicy;
    readonly time: Time;
  },
): Change {
  const { collection, id, op } = intent;
  const { policy, record, version, time } = context;
  const visible = record !== undefined && !record.deleted;
  const name = `${collection}/${id}`;
  // A log takes the same entry twice, and says itself what else it does not take.
  if (policy.name !== "log") {
    if (op === "insert" && visible)
      throw new SynclineError("conflict", `There is a record ${name} already.`);
    if ((op === "patch" || op === "delete") && !visible)
      throw new SynclineError("not_found", `There is no record ${name}.`);
    if (op === "restore" && (record === undefined || visible))
      throw new SynclineError("not_found", `There is no deleted record ${name}.`);
  }
  const fields =
    intent.fields === undefined ? undefined : checkedFields(intent.fields, op, context);
  return {
    collection,
    id,
    op: op === "insert" ? "put" : op,
    time: intent.time === undefined ? time : formatTime(intent.time, parseTime(time).clientId),
    ...(fields === undefined ? {} : { fields }),
    ...(version > 0 || policy.name === "versioned" ? { baseVersion: version } : {}),
  };
}

/**
 * The fields, if the schema lets them through; its defaults and transformations are not applied. A patch is
 * checked as part of the record that it makes.
 */
function checkedFields(
  given: Fields,
  op: Intent["op"],
  {
    definition: { schema },
    policy,
    record,
  }: { definition: AnyCollection; policy: MergePolicy; record: RecordState | undefined },
): Fields {
  // A counter's patch says by how much, so it is no part of a record that could be checked.
  if (schema === undefined || (op === "patch" && policy.name === "counter")) return given;
  const problem = schemaProblem(schema, op === "patch" ? { ...record?.fields, ...given } : given);
  if (problem !== undefined) throw problem;
  return given;
}

/**
 * What a schema has against a record; undefined: it lets it through.
 * @throws {SynclineError} `config` when it does not answer at once
 */
export function schemaProblem(
  schema: NonNullable<AnyCollection["schema"]>,
  fields: Fields,
): SynclineError | undefined {
  const answer = schema["~standard"].validate(fields);
  if (answer instanceof Promise) {
    // Nobody waits for it: what it says must not become an unhandled rejection.
    answer.catch(() => undefined);
    throw new SynclineError("config", "A schema must answer synchronously.");
  }
  const [issue] = answer.issues ?? [];
  if (issue === undefined) return undefined;
  const path = (issue.path ?? [])
    .map((part) => String(typeof part === "object" ? part.key : part))
    .join(".");
  return new SynclineError("schema", issue.message, path === "" ? {} : { path });
}

function checkSize({ fields }: RecordState): void {
  const { recordBytes } = DEFAULT_LIMITS;
  const text = JSON.stringify(fields);
  // A character takes three bytes at most.
  if (text.length * 3 <= recordBytes || utf8Bytes(text) <= recordBytes) return;
  throw new SynclineError("too_large", `A record holds at most ${recordBytes} bytes.`, {
    path: "fields",
  });
}

function checkMutation(changes: readonly Change[]): void {
  const { changesPerMutation } = DEFAULT_LIMITS;
  if (changes.length > changesPerMutation) {
    throw new SynclineError(
      "too_large",
      `A transaction holds at most ${changesPerMutation} changes.`,
    );
  }
  const texts = changes.map((change) => JSON.stringify(change));
  // As above.
  if (texts.reduce((sum, { length }) => sum + length * 3, 0) <= MUTATION_BYTES) return;
  const bytes = texts.reduce((sum, text) => sum + utf8Bytes(text), 0);
  if (bytes > MUTATION_BYTES) {
    throw new SynclineError(
      "too_large",
      `A transaction holds at most ${MUTATION_BYTES} bytes; this one has ${bytes}.`,
    );
  }
}

function* timesOf(record: RecordState | undefined): Generator<Time> {
  if (record === undefined) return;
  const { base, mark, fields } = record.registers;
  if (base !== undefined) yield base.time;
  if (mark !== undefined) yield mark.time;
  for (const register of Object.values(fields ?? {})) yield register.time;
}
