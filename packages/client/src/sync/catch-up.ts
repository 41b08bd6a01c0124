// Reading: pages behind a cursor, and whole spaces as a stream.

import {
  type Delta,
  formatCursor,
  type StreamEnd,
  SynclineError,
  scopeOf,
  type Time,
  type WireChange,
} from "@syncline/core";
import type { SpaceState } from "../store/port.ts";
import { isGone } from "../store/rules.ts";
import type { CycleOptions } from "./cycle.ts";

export const PAGE_RECORDS = 1_000;

/**
 * Takes in the pages behind a cursor; they are shown together with the last one.
 * @returns the last page
 */
export async function catchUp(
  options: CycleOptions,
  from: string,
  signal: AbortSignal,
): Promise<Delta> {
  for (let cursor = from; ; ) {
    const delta = await pullPage(options, cursor, signal);
    await applyPage(options, delta, cursor);
    if (!delta.more) return delta;
    cursor = delta.cursor;
  }
}

/** Takes in one page; with the last one everything before it is shown. */
export async function applyPage(
  options: CycleOptions,
  delta: Delta,
  before: string | null,
): Promise<void> {
  if (delta.more && delta.cursor === before)
    throw new SynclineError("unavailable", "The server's pages do not come to an end.");
  await apply(options, {
    changes: delta.changes as readonly WireChange[], // checked by the transport
    cursor: delta.cursor,
    lastMutation: delta.lastMutation,
    final: !delta.more,
    replace: false,
    now: delta.now,
  });
}

/** A first sync, or a reset: a shadow copy is filled beside what is there, and takes its place at the end. */
export async function readAnew(
  options: CycleOptions,
  state: SpaceState,
  signal: AbortSignal,
): Promise<void> {
  const { space, store, transport, device, collections } = options;
  const scope = scopeOf(collections);
  let epoch = "";
  let began = 0;
  let received = state.staged?.count ?? 0;
  let total: number | null = null;
  let end: StreamEnd | undefined;
  const request = {
    cursor: state.staged?.cursor ?? null,
    clientId: device.clientId(),
    ...(collections === undefined ? {} : { collections }),
  };
  for await (const part of transport.stream(space, request, { signal })) {
    signal.throwIfAborted();
    if (part.type === "start") {
      epoch = part.start.epoch;
      began = part.start.began;
      total = part.start.total;
    } else if (part.type === "end") {
      end = part.end;
    } else if (part.changes.length > 0) {
      const { changes } = part;
      const stamp = changes.reduce((last, one) => Math.max(last, isGone(one) ? 0 : one.stamp), 0);
      const cursor = formatCursor({ epoch, stamp, scope }, began);
      const page = { changes, cursor, scope, lastMutation: 0, final: false, replace: true };
      await options.serial.run(() => store.apply({ space, ...page }));
      received += changes.length;
    }
    options.onProgress({ received, total });
  }
  if (end === undefined) throw new SynclineError("unavailable", "The stream broke off.");
  const { cursor, lastMutation, now } = end;
  await apply(options, { changes: [], cursor, lastMutation, final: true, replace: true, now });
}

async function pullPage(
  { space, transport, device, collections }: CycleOptions,
  cursor: string,
  signal: AbortSignal,
): Promise<Delta> {
  const request = {
    cursor,
    clientId: device.clientId(),
    limit: PAGE_RECORDS,
    ...(collections === undefined ? {} : { collections }),
  };
  return await transport.pull(space, request, { signal });
}

interface PagePart {
  readonly changes: readonly WireChange[];
  readonly cursor: string;
  readonly lastMutation: number;
  readonly final: boolean;
  readonly replace: boolean;
  readonly now: Time;
}

async function apply(options: CycleOptions, { now, ...page }: PagePart): Promise<void> {
  const { space, store, device, collections } = options;
  await options.serial.run(async () => {
    device.observe(timesOf(page.changes, now));
    const applied = await store.apply({ space, scope: scopeOf(collections), ...page });
    if (page.final) await options.onApplied(applied, page.lastMutation);
  });
}

export function* timesOf(changes: readonly WireChange[], now: Time): Generator<Time> {
  yield now;
  for (const change of changes) {
    if (isGone(change)) continue;
    yield change.time;
    if (change.times !== undefined) yield* Object.values(change.times);
  }
}
