// The inverse of a step, made from what the device sees now: only what is still as the step left it is set back.

import {
  deletionRegister,
  type Fields,
  fieldRegister,
  type Json,
  type MergePolicy,
  parseTime,
  type RecordKey,
  type RecordState,
  type Register,
  successor,
} from "@syncline/core";
import type { AnyCollection } from "../collections/definition.ts";
import { schemaProblem } from "../outbox/drafts.ts";
import type { Intent } from "../outbox/intent.ts";
import { own, type Step, type StepField, type StepRecord, sameJson } from "./step.ts";

/** What could not be taken back, and why. */
export interface NotUndone extends RecordKey {
  /** The fields that stay; undefined: the record as a whole. */
  readonly fields?: readonly string[];
  /**
   * `changed`: somebody has written it since; `gone`: the record was removed for good; `log`: entries of a log
   * stay; `schema`: the field was not there before, and the schema does not let it be null.
   */
  readonly reason: "changed" | "gone" | "log" | "schema";
}

export interface Inverse {
  readonly intents: readonly Intent[];
  readonly left: readonly NotUndone[];
}

export interface InvertContext {
  view(key: RecordKey): Promise<RecordState | undefined>;
  definitionOf(collection: string): AnyCollection;
  policyOf(collection: string): MergePolicy;
  /** Whether a client id is, or was, this device's. */
  isOwn(clientId: string): boolean;
  readonly clientId: string;
}

interface RecordContext extends InvertContext {
  readonly policy: MergePolicy;
  readonly intents: Intent[];
  readonly left: NotUndone[];
}

export async function invert(step: Step, context: InvertContext): Promise<Inverse> {
  const intents: Intent[] = [];
  const left: NotUndone[] = [];
  for (const record of step.records) {
    const policy = context.policyOf(record.collection);
    invertRecord(record, await context.view(record), { ...context, policy, intents, left });
  }
  return { intents, left };
}

function invertRecord(
  record: StepRecord,
  now: RecordState | undefined,
  context: RecordContext,
): void {
  const { collection, id, visible, fields } = record;
  const reason = now === undefined ? "gone" : reasonToLeave(record, now, context);
  if (now === undefined || reason !== undefined) {
    context.left.push({ collection, id, reason: reason ?? "gone" });
    return;
  }
  if (visible.before !== visible.after) {
    const op = visible.before ? "restore" : "delete";
    context.intents.push({ collection, id, op, ...timeOf(record, context) });
  }
  if (fields.length > 0) invertFields(record, now, context);
}

/** Why a record is left alone; undefined: at least some of it can be set back. */
function reasonToLeave(
  { visible, fields }: StepRecord,
  now: RecordState,
  context: RecordContext,
): NotUndone["reason"] | undefined {
  if (context.policy.name === "log") return "log";
  if (visible.before === visible.after)
    return fields.length > 0 && now.deleted ? "changed" : undefined;
  const still = now.deleted !== visible.after && isOwn(deletionRegister(now), context);
  return still ? undefined : "changed";
}

function invertFields(record: StepRecord, now: RecordState, context: RecordContext): void {
  const { collection, id } = record;
  const changed = record.fields.filter(
    (field) => !isCounted(field, context) && !isStill(field, now, context),
  );
  const wanted = record.fields.filter((field) => !changed.includes(field));
  if (changed.length > 0)
    context.left.push({ collection, id, fields: namesOf(changed), reason: "changed" });
  const absent = wanted.filter((field) => field.before === undefined && !isCounted(field, context));
  // Only a whole record can be without a field that it has now, and only `versioned` refuses to do so over
  // what others have written meanwhile. Elsewhere the field becomes null, which queries take for the same.
  const whole = context.policy.name === "versioned" && absent.length > 0;
  const unfit = whole ? [] : absent.filter(({ name }) => !canBeNull(name, record, now, context));
  if (unfit.length > 0)
    context.left.push({ collection, id, fields: namesOf(unfit), reason: "schema" });
  const set = wanted.filter((field) => !unfit.includes(field));
  if (set.length === 0) return;
  const fields = new Map<string, Json>(whole ? Object.entries(now.fields) : []);
  for (const field of set) {
    if (whole && field.before === undefined) fields.delete(field.name);
    else fields.set(field.name, valueToSet(field, context));
  }
  context.intents.push({
    collection,
    id,
    op: whole ? "put" : "patch",
    fields: Object.fromEntries(fields) satisfies Fields,
    ...timeOf(record, context),
  });
}

/** A counter is not set back but counted back: what others have added stays. */
function isCounted({ before, after }: StepField, { policy }: RecordContext): boolean {
  return policy.name === "counter" && typeof (after ?? before) === "number";
}

function valueToSet(field: StepField, context: RecordContext): Json {
  const { before, after } = field;
  return isCounted(field, context) ? Number(before ?? 0) - Number(after ?? 0) : (before ?? null);
}

/** Whether a field is as the step left it. The same value from somebody else's hand is theirs. */
function isStill({ name, after }: StepField, now: RecordState, context: RecordContext): boolean {
  if (!sameJson(own(now.fields, name), after)) return false;
  return after === undefined || isOwn(fieldRegister(now, name), context);
}

/** What stands before the client id in a time. */
const TIME_LENGTH = 30;

/** Who wrote a register is known only where each has its own. */
function isOwn(register: Register | undefined, context: RecordContext): boolean {
  if (!hasRegisters(context.policy)) return true;
  return register !== undefined && context.isOwn(register.time.slice(TIME_LENGTH));
}

/**
 * The time right after the write that is taken back: whoever has written after that one, even unseen by this
 * device, has written after its undoing. Readings of another client id than the present one are not continued.
 */
function timeOf({ time }: StepRecord, { policy, clientId }: RecordContext): Pick<Intent, "time"> {
  const reading = parseTime(time);
  if (!hasRegisters(policy) || reading.clientId !== clientId) return {};
  return { time: successor(reading) };
}

function hasRegisters({ name }: MergePolicy): boolean {
  return name === "lww" || name === "counter";
}

function canBeNull(
  name: string,
  { collection }: StepRecord,
  now: RecordState,
  { definitionOf }: RecordContext,
): boolean {
  const { schema } = definitionOf(collection);
  return (
    schema === undefined || schemaProblem(schema, { ...now.fields, [name]: null }) === undefined
  );
}

function namesOf(fields: readonly StepField[]): string[] {
  return fields.map(({ name }) => name);
}
