// Deltas: what a reader has not seen yet.

import {
  formatTime,
  type Limits,
  type Restored,
  SynclineError,
  scopeOf,
  tick,
} from "@syncline/core";
import type { Page, PageRequest, SpaceHead, Store } from "../store/port.ts";
import type { DeltaParts, PullRequest } from "./contract.ts";
import type { CursorSeals } from "./cursor-seals.ts";
import type { EngineEnvironment } from "./environment.ts";
import {
  formatReading,
  formatStartEpoch,
  isSealed,
  parseReading,
  type Reading,
  type SentReading,
} from "./reading.ts";
import { RULES_COLLECTION, type SpaceRules } from "./space-rules.ts";
import { readVisible } from "./visible.ts";

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
  const cursor = parseReading(text);
  const restored = lineageOf(cursor.epoch, head);
  if (cursor.epoch !== head.epoch && !isShared(cursor, restored)) {
    const { upTo, devices } = restored ?? {};
    throw reset(
      "It was taken from another history of this space, or from another space.",
      upTo === undefined || devices === undefined ? undefined : { upTo, devices },
    );
  }
  if (cursor.scope !== scopeOf(collections)) throw reset("It was taken with other collections.");
  const { stamp, began, walk } = cursor;
  if ((began ?? walk?.known ?? stamp) < head.horizon)
    throw reset("The history that it needs was compacted.");
  if (Math.max(stamp, began ?? 0, cursor.rules ?? 0, walk?.target ?? 0) > head.stamp)
    throw reset("It lies ahead of the space.");
}

/**
 * Where the space left a history. Of one that it does not know, it says what it says of the last: what lies above that
 * is in no backup.
 */
export function lineageOf(
  epoch: string,
  { lineage }: Pick<SpaceHead, "lineage">,
): SpaceHead["lineage"][number] | undefined {
  return lineage.find((one) => one.epoch === epoch) ?? lineage.at(-1);
}

/** Whether everything that a cursor holds is part of the history that was left. */
function isShared(
  { epoch, stamp, began, walk, rules }: Reading,
  left: SpaceHead["lineage"][number] | undefined,
): boolean {
  if (left === undefined || left.epoch !== epoch) return false;
  return Math.max(stamp, began ?? 0, rules ?? 0, walk?.target ?? 0) <= left.upTo;
}

function reset(why: string, restored?: Restored): SynclineError {
  return new SynclineError(
    "reset",
    `This cursor cannot be honoured. ${why} Read the space anew without a cursor.`,
    {
      path: "cursor",
      ...(restored === undefined ? {} : { restored }),
    },
  );
}

export interface DeltaOptions {
  readonly store: Store;
  readonly limits: Limits;
  readonly environment: EngineEnvironment;
  readonly seals: CursorSeals;
  /** Who reads: the client that is named is theirs. */
  readonly userId: string;
  /** The rules that hold the reader back, as new as the head or newer; undefined: none do. */
  rules(head: SpaceHead): Promise<SpaceRules | undefined>;
}

/** A page, and what is known of it. */
export interface ReadDelta extends DeltaParts {
  /** The last page that was looked at. */
  readonly page: Page;
  /** Rules hold this reader back. */
  readonly heldBack: boolean;
  readonly began: number | undefined;
}

/**
 * Reads one page after a cursor.
 * @throws {SynclineError} `reset`, `not_found`
 */
export async function readDelta(
  space: string,
  request: PullRequest,
  options: DeltaOptions,
  separator: "," | "\n" = ",",
): Promise<ReadDelta> {
  const { environment, rules, seals } = options;
  await seals.ready();
  const from = request.cursor === null ? undefined : parseReading(request.cursor);
  // A reader who begins has nothing that would have to be taken back. What is deleted while it reads has
  // been sent already, and does.
  const tombstonesAfter = from === undefined ? Number.MAX_SAFE_INTEGER : (from.began ?? 0);
  const first = await readPage(space, request, options, {
    after: from?.stamp ?? 0,
    tombstonesAfter,
    separator,
  });
  const held = await rules(first.head);
  if (held !== undefined)
    return await readGuarded(space, request, { ...options, first, held }, separator);
  if (from?.rules !== undefined)
    throw reset("Rules held its reader back when it was taken, and do no more.");
  const { head, changes, count, stamp, more, lastMutation } = first;
  const began = from === undefined ? head.stamp : from.began;
  return {
    page: first,
    heldBack: false,
    began,
    guarded: head.tallies[RULES_COLLECTION] !== undefined,
    changes,
    count,
    cursor: formatReading(
      {
        epoch: head.epoch,
        stamp,
        scope: scopeOf(request.collections),
        ...(more && began !== undefined ? { began } : {}),
      },
      seals,
    ),
    more,
    lastMutation,
    ...(more ? {} : { digest: digestOf(head, request.collections) }),
    now: formatTime(tick(head.clock, environment.now()), "server"),
  };
}

/** What a reader whom rules hold back may see. There is no digest: what the space adds up to is not what it holds. */
async function readGuarded(
  space: string,
  request: PullRequest,
  { first, held, ...options }: DeltaOptions & { readonly first: Page; readonly held: SpaceRules },
  separator: "," | "\n",
): Promise<ReadDelta> {
  const { seals, userId } = options;
  const from = await believedReading(request.cursor, seals, userId);
  let unread: Page | undefined = first;
  const { page, changes, cursor, more } = await readVisible(
    from,
    { userId, rules: async (head) => (await options.rules(head)) ?? held },
    {
      async page(after, tombstonesAfter) {
        const page =
          unread ??
          (await readPage(space, request, options, { after, tombstonesAfter, separator }));
        unread = undefined;
        return page;
      },
      async wasThere(key, stamp) {
        return (await options.store.recordAt(space, key, stamp)) !== undefined;
      },
    },
  );
  const { head, lastMutation } = page;
  return {
    page,
    heldBack: true,
    began: cursor.began,
    guarded: true,
    changes: changes.join(separator),
    count: changes.length,
    cursor: formatReading(
      { epoch: head.epoch, scope: scopeOf(request.collections), ...cursor },
      seals,
      userId,
    ),
    more,
    lastMutation,
    now: formatTime(tick(head.clock, options.environment.now()), "server"),
  };
}

/**
 * What the cursor of a reader whom rules hold back says that it had. Of what it had and may not see any more it is told
 * that it is gone: whoever could make up what he had would learn of every record that is hidden from him.
 * @throws {SynclineError} `reset` when the server did not write it, or for somebody else; cursors of programs before
 *   this one are refused once
 */
async function believedReading(
  cursor: string | null,
  seals: CursorSeals,
  userId: string,
): Promise<SentReading | undefined> {
  if (cursor === null) return undefined;
  const reading = parseReading(cursor);
  if (await isSealed(reading, seals, userId)) return reading;
  throw reset("It is none that this server has given to its reader.");
}

async function readPage(
  space: string,
  request: PullRequest,
  { store, limits, userId }: DeltaOptions,
  part: Pick<PageRequest, "after" | "tombstonesAfter" | "separator">,
): Promise<Page> {
  const page = await store.page({
    space,
    ...part,
    limit: Math.min(request.limit ?? limits.pageRecords, limits.pageRecords),
    maxBytes: limits.pageBytes,
    ...(request.collections === undefined
      ? {}
      : { collections: [...new Set(request.collections)] }),
    ...(request.clientId === undefined ? {} : { client: { userId, clientId: request.clientId } }),
  });
  if (page === undefined) {
    throw new SynclineError("not_found", "This space does not exist any more.");
  }
  // Checked against the head of the same snapshot: what was compacted since is not passed over.
  checkCursor(request.cursor, request.collections, page.head);
  return page;
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
    const { page, cursor, lastMutation, digest, now, began, count } = delta;
    if (!started) {
      started = true;
      const { epoch } = page.head;
      const from = { scope: scopeOf(request.collections), began: began ?? page.head.stamp };
      const reader = delta.heldBack ? options.userId : undefined;
      const start = {
        epoch: formatStartEpoch({ epoch, ...from }, options.seals, reader),
        ...from,
        // How much there is besides is none of the business of whom rules hold back.
        total: delta.heldBack ? count : totalOf(page.head, request),
      };
      yield `${JSON.stringify(start)}\n`;
    }
    if (count > 0) yield `${delta.changes}\n`;
    // Rules that were added meanwhile are for the next delta: a first reading takes nothing back.
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
