// Merge: what a client that numbers none of its mutations makes of a space. Pure; runs while the space is locked.

import { errorFromBody, type RecordState, SynclineError, tick } from "@syncline/core";
import type { LoadedSpace, SpaceWrites } from "../store/port.ts";
import type { WriteOutcome, WriteRequest } from "./contract.ts";
import { decideMutation, type Progress, type PushContext } from "./decide-mutation.ts";
import { foreignClient } from "./delta.ts";
import { lastNumbers } from "./numbers.ts";
import { moveTallies } from "./tallies.ts";

export type UnnumberedContext = Omit<PushContext, "request"> & { readonly request: WriteRequest };

/** What a write came to. An error means that nothing of it was written. */
export type UnnumberedDecision =
  | { readonly type: "refused"; readonly error: SynclineError }
  | {
      readonly type: "decided";
      readonly outcome: WriteOutcome;
      readonly lastMutation: number;
      readonly written: readonly RecordState[];
    };

export function decideUnnumbered(
  { head, client, records }: LoadedSpace,
  context: UnnumberedContext,
): { readonly writes?: SpaceWrites; readonly result: UnnumberedDecision } {
  const { request, principal, app, limits, wallMs, rules } = context;
  if (client !== undefined && client.userId !== principal.userId) throw foreignClient();
  const last = client?.lastMutation ?? 0;
  const none = { before: records, after: records, from: head.stamp, stamp: head.stamp };
  const unchanged = { type: "decided", outcome: none, lastMutation: last, written: [] } as const;
  const isRepeated =
    request.key !== undefined && request.key === client?.recent.at(-1)?.fingerprint;
  const changes = isRepeated ? [] : request.changes(records);
  if (changes.length === 0) return { result: unchanged };
  const progress: Progress = {
    clock: tick(head.clock, wallMs),
    stamp: head.stamp,
    records: new Map(records),
    history: [],
    numbers: lastNumbers(head, app),
    collections: new Map(Object.entries(head.policies)),
  };
  const id = last + 1;
  const result = decideMutation({ id, seen: null, changes }, 0, progress, {
    principal,
    app,
    limits: { ...limits, changesPerMutation: Number.POSITIVE_INFINITY },
    wallMs,
    request: { clientId: request.clientId },
    asSent: true,
    shiftMs: 0,
    epoch: head.epoch,
    policies: head.policies,
    rules,
  });
  if (result.status !== "applied") return { result: { type: "refused", error: refusal(result) } };
  const written = [...progress.records.values()].filter(({ stamp }) => stamp > head.stamp);
  if (written.length === 0) return { result: unchanged };
  const { stamp, clock, collections, history } = progress;
  return {
    result: {
      type: "decided",
      outcome: { before: records, after: progress.records, from: head.stamp, stamp },
      lastMutation: id,
      written,
    },
    writes: {
      head: {
        stamp,
        clock,
        tallies: moveTallies(head.tallies, records, written),
        policies: Object.fromEntries(collections),
      },
      records: written,
      history,
      client: {
        clientId: request.clientId,
        userId: principal.userId,
        lastMutation: id,
        recent: [{ fingerprint: request.key ?? "", result }],
        seenAtMs: wallMs,
      },
    },
  };
}

/** The path without the mutation, of which there is but one. */
function refusal(result: Exclude<ReturnType<typeof decideMutation>, { status: "applied" }>) {
  if (result.status === "conflict")
    return new SynclineError("conflict", "The record was changed by somebody else meanwhile.");
  const { path, ...error } = result.error;
  const short = path?.replace(/^mutations\.0\./, "");
  return errorFromBody({ ...error, ...(short === undefined ? {} : { path: short }) });
}
