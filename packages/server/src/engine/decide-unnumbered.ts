// Merge: what a client that numbers none of its mutations makes of a space. Pure; runs while the space is locked.

import { type Change, errorFromBody, type RecordState, SynclineError, tick } from "@syncline/core";
import type { LoadedSpace, SpaceWrites } from "../store/port.ts";
import type { WriteEachOutcome, WriteEachRequest } from "./contract.ts";
import { decideMutation, mayRead, type Progress, type PushContext } from "./decide-mutation.ts";
import { moveTallies } from "./tallies.ts";

export type UnnumberedContext = Omit<PushContext, "request" | "refused"> & {
  readonly request: WriteEachRequest;
};

/** What a write came to. */
export interface UnnumberedDecision {
  readonly outcome: WriteEachOutcome;
  readonly lastMutation: number;
  readonly written: readonly RecordState[];
}

export function decideUnnumbered(
  { head, client, records }: LoadedSpace,
  context: UnnumberedContext,
): { readonly writes?: SpaceWrites; readonly result: UnnumberedDecision } {
  const { request, principal, app, limits, wallMs, rules } = context;
  const last = client?.lastMutation ?? 0;
  const isRepeated =
    request.key !== undefined && request.key === client?.recent.at(-1)?.fingerprint;
  // A record that is hidden from the writer is not there for it: what it makes of one says nothing else.
  const readable = new Map(
    [...records].filter(([, { collection, id }]) => mayRead(collection, id, context)),
  );
  const mutations = isRepeated ? [] : request.mutations(readable);
  const refused: WriteEachOutcome["refused"][number][] = [];
  const progress: Progress = {
    clock: tick(head.clock, wallMs),
    stamp: head.stamp,
    records: new Map(records),
    history: [],
    collections: new Map(Object.entries(head.policies)),
  };
  // Mutations of one write have one number: nobody but their client counts them, and it does not.
  const id = last + 1;
  for (const [index, changes] of mutations.entries()) {
    if (changes.length === 0) continue;
    const result = decideMutation({ id, seen: null, changes }, 0, progress, {
      principal,
      app,
      limits: { ...limits, ...request.limits, changesPerMutation: Number.POSITIVE_INFINITY },
      wallMs,
      request: { clientId: request.clientId },
      asSent: true,
      shiftMs: 0,
      epoch: head.epoch,
      lineage: head.lineage,
      policies: head.policies,
      rules,
      refused: undefined,
    });
    if (result.status !== "applied") refused.push({ index, error: refusal(result, changes) });
  }
  const written = [...progress.records.values()].filter(({ stamp }) => stamp > head.stamp);
  if (written.length === 0) {
    const outcome = {
      before: records,
      after: records,
      from: head.stamp,
      stamp: head.stamp,
      refused,
    };
    return { result: { outcome, lastMutation: last, written } };
  }
  const { stamp, clock, collections, history } = progress;
  return {
    result: {
      outcome: { before: records, after: progress.records, from: head.stamp, stamp, refused },
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
        recent: [{ fingerprint: request.key ?? "", result: { id, status: "applied" } }],
        seenAtMs: wallMs,
      },
    },
  };
}

/** The path without the mutation, of which there is but one. */
function refusal(
  result: Exclude<ReturnType<typeof decideMutation>, { status: "applied" }>,
  changes: readonly Change[],
) {
  if (result.status === "conflict") {
    const [first] = result.conflicts;
    const index = changes.findIndex(
      ({ collection, id }) => collection === first?.collection && id === first.id,
    );
    return new SynclineError("conflict", "The record was changed by somebody else meanwhile.", {
      path: `changes.${index}`,
    });
  }
  const { path, ...error } = result.error;
  const short = path?.replace(/^mutations\.0\./, "");
  return errorFromBody({ ...error, ...(short === undefined ? {} : { path: short }) });
}
