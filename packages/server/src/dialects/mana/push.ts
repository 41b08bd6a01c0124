// A push: all of its changes are written or none, and it is answered with what the device does not have.

import { createHash } from "node:crypto";
import { recordKeyToText } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted, WriteOutcome } from "../../engine/contract.ts";
import { type ManaContext, openOwnSpace } from "./context.ts";
import { formatSince, parseSince } from "./cursor.ts";
import type { WireChange } from "./emit.ts";
import { givenBack } from "./give-back.ts";
import { clientIdOf, decodeName } from "./ids.ts";
import { type News, newsOf, readNews } from "./read-news.ts";
import type { SentChange, SentPush } from "./read-push.ts";
import { statedTime, translate } from "./translate.ts";

/** What a push or a pull is answered with. */
export interface Answer {
  readonly serverChanges: readonly WireChange[];
  readonly conflicts: readonly never[];
  readonly syncedUntil: string;
  readonly hasMore?: true;
}

export async function push(
  context: ManaContext,
  principal: Principal,
  { appId, sent }: { readonly appId: string; readonly sent: SentPush },
): Promise<Answer> {
  const { engine, deliveries, mana } = context;
  const clientId = clientIdOf(sent.clientId, principal.userId);
  const writes = sent.changes.length > 0;
  const access = writes ? "write" : "read";
  const admitted = await openOwnSpace(context, principal, { appId, access });
  const since = parseSince(sent.since);
  const device = deviceOf(admitted, clientId);
  const now = context.now() * 1000;
  const outcome = writes
    ? await write(context, principal, { admitted, sent, clientId, now })
    : undefined;
  const back = outcome
    ? givenBack(sent, outcome, {
        clientId,
        seen: since.stamp,
        now,
        deliveries,
        device,
      })
    : new Map<string, ReadonlyMap<string, number>>();
  const request = {
    since,
    clientId: sent.clientId === "" ? undefined : clientId,
    limit: mana.deltaChanges,
    givenBack: back,
    aheadMs: deliveries.aheadBy(device),
    ...(outcome === undefined ? {} : { pushed: { from: outcome.from, upTo: outcome.stamp } }),
  };
  const news = await readNews(engine, admitted, request);
  const returned = [...back.keys()].flatMap((key) => {
    const record = news.keys.has(key) ? undefined : outcome?.after.get(key);
    return record === undefined ? [] : (newsOf(record, request) ?? []);
  });
  if (writes) {
    const tables = [...new Set(sent.changes.map(({ collection }) => decodeName(collection)))];
    context.bells.ring(principal, { appId, tables });
  }
  if (back.size > 0) deliveries.returned(device);
  return answerOf(context, { news, since, device, returned });
}

/** Under which name it is remembered what a device was given of a space. */
export function deviceOf({ space }: Admitted, clientId: string): string {
  return `${space} ${clientId}`;
}

/** Puts an answer together, and remembers what it holds. */
export function answerOf(
  { deliveries }: ManaContext,
  {
    news,
    since,
    device,
    returned = [],
  }: {
    readonly news: News;
    readonly since: { readonly stamp: number; readonly fresh: boolean };
    readonly device: string;
    readonly returned?: readonly WireChange[];
  },
): Answer {
  if (news.changes.length > 0) deliveries.delivered(device, since.stamp, news.stamp);
  return {
    serverChanges: [...returned, ...news.changes.map(({ change }) => change)],
    conflicts: [],
    syncedUntil: formatSince({ stamp: news.stamp, fresh: since.fresh && news.more }),
    ...(news.more ? { hasMore: true } : {}),
  };
}

async function write(
  { engine }: ManaContext,
  principal: Principal,
  {
    admitted,
    sent,
    clientId,
    now,
  }: {
    readonly admitted: Admitted;
    readonly sent: SentPush;
    readonly clientId: string;
    readonly now: number;
  },
): Promise<WriteOutcome> {
  const records = new Map(
    sent.changes.map(({ collection, id }) => [
      recordKeyToText({ collection, id }),
      { collection, id },
    ]),
  );
  const key = keyOf(sent);
  return await engine.write(admitted, principal, {
    clientId,
    records: [...records.values()],
    changes: (current) => translate(sent.changes, current, { clientId, now }),
    ...(key === undefined ? {} : { key }),
  });
}

/**
 * Names a push, where it must be known again. What says when it was written may come twice and does no harm. What does
 * not is written as of now, and would come back over what others wrote since. A device that got its answer has moved
 * `since` on: the same push with the same `since` is the same push, sent again. Who says no `since` is taken at his word.
 */
function keyOf({ since, changes }: SentPush): string | undefined {
  if (since === "" || changes.every(hasTimes)) return undefined;
  const said = changes.map(({ fields, ...change }) => ({ ...change, fields: [...fields] }));
  return createHash("sha256")
    .update(JSON.stringify([since, said]))
    .digest("hex")
    .slice(0, 32);
}

function hasTimes(change: SentChange): boolean {
  const { op, deletedAt, fields } = change;
  // An insert that states no time replaces nothing, however often it comes.
  if (op === "insert") return true;
  if (op === "delete") return deletedAt !== undefined;
  if (fields.size > 0) return [...fields.values()].every(({ at }) => at !== undefined);
  return statedTime(change) !== undefined;
}
