// A client that speaks the protocol by hand: no store and no retries, so that a test decides what is said.

import {
  type Change,
  type ChangeOp,
  CLOCK_START,
  type Fields,
  formatTime,
  type GoneRecord,
  type Mutation,
  type MutationResult,
  parseSpace,
  recordKeyToText,
  type SpaceAddress,
  type SyncRequest,
  type Time,
  tick,
  type WireRecord,
} from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { DeltaParts } from "../engine/contract.ts";
import type { TestEngine } from "./test-engine.ts";

export interface RawClientOptions {
  readonly userId: string;
  readonly clientId: string;
  /** `app/name`; `todo/~` where left out. */
  readonly space?: string;
  /** How far this device's clock is ahead of the test's. */
  readonly skewMs?: number;
}

/** An answer with its records read. */
export interface RawAnswer extends Omit<DeltaParts, "changes"> {
  readonly results: readonly MutationResult[];
  readonly stopped?: { readonly code: string; readonly message: string };
  readonly changes: readonly WireRecord[];
  /** Those that the reader is told to drop. */
  readonly gone: readonly GoneRecord[];
}

export interface RawClient {
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: SpaceAddress;
  /** Where it has read to. */
  cursor: string | null;
  skewMs: number;
  /** What it has read and has not been told was deleted, by `collection/id`. */
  readonly records: ReadonlyMap<string, WireRecord>;
  /** The next reading of its clock. */
  time(): Time;
  /** A change written now; `extra` adds to it or overwrites it. */
  change(
    op: ChangeOp,
    collection: string,
    id: string,
    fields?: Fields,
    extra?: Partial<Change>,
  ): Change;
  /** A mutation with the client's next number, made after what it has read. */
  mutation(...changes: readonly Change[]): Mutation;
  request(mutations: readonly Mutation[], extra?: Partial<SyncRequest>): SyncRequest;
  /** One round trip; takes in the page and keeps its cursor. */
  sync(mutations?: readonly Mutation[], extra?: Partial<SyncRequest>): Promise<RawAnswer>;
  /** Pushes changes as one mutation, and gives its result. */
  push(...changes: readonly Change[]): Promise<MutationResult>;
  /** Follows its cursor until there is no more; gives the last page. */
  catchUp(): Promise<RawAnswer>;
}

/** A client that sends single messages of the protocol to a test's engine, and does nothing by itself. */
export function createRawClient(
  test: Pick<TestEngine, "engine" | "now">,
  options: RawClientOptions,
): RawClient {
  const { userId, clientId } = options;
  const records = new Map<string, WireRecord>();
  let clock = CLOCK_START;
  let mutations = 0;

  function take(delta: DeltaParts): Pick<RawAnswer, "changes" | "gone"> {
    const all = JSON.parse(`[${delta.changes}]`) as (WireRecord | GoneRecord)[]; // what our own engine wrote
    const gone = all.filter((one) => "gone" in one);
    const changes = all.filter((one): one is WireRecord => !("gone" in one));
    if (client.cursor === null) records.clear();
    for (const record of all) {
      if ("gone" in record || record.deleted === true) records.delete(recordKeyToText(record));
      else records.set(recordKeyToText(record), record);
    }
    client.cursor = delta.cursor;
    return { changes, gone };
  }

  const client: RawClient = {
    clientId,
    principal: { userId },
    address: parseSpace(options.space ?? "todo/~"),
    cursor: null,
    skewMs: options.skewMs ?? 0,
    records,
    time() {
      clock = tick(clock, test.now() + client.skewMs);
      return formatTime(clock, clientId);
    },
    change: (op, collection, id, fields, extra) => ({
      collection,
      id,
      op,
      time: extra?.time ?? client.time(),
      ...(fields === undefined ? {} : { fields }),
      ...extra,
    }),
    mutation: (...changes) => ({ id: ++mutations, seen: client.cursor, changes }),
    request: (mutations, extra) => ({
      clientId,
      now: client.time(),
      cursor: client.cursor,
      mutations: structuredClone([...mutations]) as SyncRequest["mutations"], // the same, but for readonly
      ...extra,
    }),
    async sync(mutations = [], extra = {}) {
      const request = client.request(mutations, extra);
      const { delta, ...answer } = await test.engine.sync(
        client.principal,
        client.address,
        request,
      );
      return { ...answer, ...delta, ...take(delta) };
    },
    async push(...changes) {
      const { results } = await client.sync([client.mutation(...changes)]);
      const [result] = results;
      if (result === undefined) throw new Error("The engine gave no result.");
      return result;
    },
    async catchUp() {
      let answer = await client.sync();
      while (answer.more) answer = await client.sync();
      return answer;
    },
  };
  return client;
}
