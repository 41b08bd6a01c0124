// Deltas: what a reader has not seen yet.

import {
  formatCursor,
  formatTime,
  type Limits,
  parseCursor,
  SynclineError,
  scopeOf,
  tick,
} from "@syncline/core";
import type { Page, SpaceHead, Store } from "../store/port.ts";
import type { DeltaParts, PullRequest } from "./contract.ts";
import type { EngineEnvironment } from "./environment.ts";

/**
 * Checks that a cursor can be honoured.
 * @throws {SynclineError} `invalid` when it is damaged, `reset` when history before it is gone or another
 */
export function checkCursor(
  text: string | null,
  collections: readonly string[] | undefined,
  head: SpaceHead,
): void {
  if (text === null) return;
  const cursor = parseCursor(text);
  if (cursor.epoch !== head.epoch)
    throw reset("It was taken from another history of this space, or from another space.");
  if (cursor.scope !== scopeOf(collections)) throw reset("It was taken with other collections.");
  if ((cursor.began ?? cursor.stamp) < head.horizon)
    throw reset("The history that it needs was compacted.");
  if (Math.max(cursor.stamp, cursor.began ?? 0) > head.stamp)
    throw reset("It lies ahead of the space.");
}

function reset(why: string): SynclineError {
  return new SynclineError(
    "reset",
    `This cursor cannot be honoured. ${why} Read the space anew without a cursor.`,
    {
      path: "cursor",
    },
  );
}

/** The refusal of a client id that another user was the first to use. */
export function foreignClient(): SynclineError {
  return new SynclineError("forbidden", "This client id belongs to another user.", {
    path: "clientId",
  });
}

export interface DeltaOptions {
  readonly store: Store;
  readonly limits: Limits;
  readonly environment: EngineEnvironment;
  /** Who reads: the client that is named must be theirs. */
  readonly userId: string;
}

/**
 * Reads one page after a cursor.
 * @throws {SynclineError} `reset`; `forbidden` when the client belongs to another user; `not_found`
 */
export async function readDelta(
  space: string,
  request: PullRequest,
  { store, limits, environment, userId }: DeltaOptions,
  separator: "," | "\n" = ",",
): Promise<DeltaParts & { readonly page: Page; readonly began: number | undefined }> {
  const from = request.cursor === null ? undefined : parseCursor(request.cursor);
  const page = await store.page({
    space,
    after: from?.stamp ?? 0,
    // A reader who begins has nothing that would have to be taken back. What is deleted while it reads has
    // been sent already, and does.
    tombstonesAfter: from === undefined ? Number.MAX_SAFE_INTEGER : (from.began ?? 0),
    limit: Math.min(request.limit ?? limits.pageRecords, limits.pageRecords),
    maxBytes: limits.pageBytes,
    separator,
    ...(request.collections === undefined
      ? {}
      : { collections: [...new Set(request.collections)] }),
    ...(request.clientId === undefined ? {} : { clientId: request.clientId }),
  });
  if (page === undefined) {
    throw new SynclineError("not_found", "This space does not exist any more.");
  }
  if (page.clientUserId !== null && page.clientUserId !== userId) throw foreignClient();
  // Checked against the head of the same snapshot: what was compacted since is not passed over.
  checkCursor(request.cursor, request.collections, page.head);
  const { head, changes, count, stamp, more, lastMutation } = page;
  const began = from === undefined ? head.stamp : from.began;
  const scope = scopeOf(request.collections);
  return {
    page,
    began,
    changes,
    count,
    cursor: formatCursor({
      epoch: head.epoch,
      stamp,
      scope,
      ...(more && began !== undefined ? { began } : {}),
    }),
    more,
    lastMutation,
    ...(more ? {} : { digest: digestOf(head, request.collections) }),
    now: formatTime(tick(head.clock, environment.now()), "server"),
  };
}

/** The digest of each collection asked for; of one without visible records there is none. */
function digestOf(
  head: SpaceHead,
  collections: readonly string[] | undefined,
): { readonly [collection: string]: string } {
  const wanted = collections === undefined ? undefined : new Set(collections);
  return Object.fromEntries(
    Object.entries(head.tallies)
      .filter(([name]) => wanted === undefined || wanted.has(name))
      .map(([name, { digest }]) => [name, digest]),
  );
}

/** The lines of a first sync: a start, one record a line, an end. Pages follow each other as the reader takes them. */
export async function* streamLines(
  space: string,
  request: PullRequest,
  signal: AbortSignal,
  options: DeltaOptions,
): AsyncGenerator<string> {
  let next = request;
  let started = false;
  while (!signal.aborted) {
    const delta = await readDelta(space, next, options, "\n");
    const { page, cursor, lastMutation, digest, now, began } = delta;
    if (!started) {
      started = true;
      const start = {
        epoch: page.head.epoch,
        scope: scopeOf(request.collections),
        began: began ?? page.head.stamp,
        total: totalOf(page.head, request),
      };
      yield `${JSON.stringify(start)}\n`;
    }
    if (page.count > 0) yield `${page.changes}\n`;
    if (!page.more) {
      yield `${JSON.stringify({ cursor, lastMutation, digest: digest ?? {}, now })}\n`;
      return;
    }
    next = { ...next, cursor };
  }
}

function totalOf(head: SpaceHead, { collections }: PullRequest): number {
  const wanted = collections === undefined ? undefined : new Set(collections);
  return Object.entries(head.tallies)
    .filter(([name]) => wanted === undefined || wanted.has(name))
    .reduce((sum, [, { count }]) => sum + count, 0);
}
