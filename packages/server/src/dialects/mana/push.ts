// A push: what can be taken of it is written, and it is answered with what the device does not have.

import type { Principal } from "../../auth/principal.ts";
import type { Admitted } from "../../engine/contract.ts";
import type { ManaContext } from "./context.ts";
import { formatSince, parseSince } from "./cursor.ts";
import type { WireChange } from "./emit.ts";
import { type GivenBack, givenBack } from "./give-back.ts";
import { clientIdOf, decodeName } from "./ids.ts";
import { openPlaces, type Place, type Places } from "./places.ts";
import { newsOf } from "./read-news.ts";
import { type PlacesNews, type PlacesRequest, readPlaces } from "./read-places.ts";
import type { SentPush } from "./read-push.ts";
import { Refusal } from "./refusal.ts";
import type { RefusedChange } from "./refused-changes.ts";
import { type Routes, routeChanges } from "./route-changes.ts";
import { refusedChange, type Written, writeChanges } from "./write-changes.ts";

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
  const since = parseSince(sent.since);
  const access = sent.changes.length > 0 ? "write" : "read";
  const places = await openPlaces(context, principal, { appId, access });
  const now = context.now() * 1000;
  const { written, isAllForeign, isUnknown } = await writeAll(context, principal, {
    appId,
    sent,
    places,
    clientId,
    now,
  });
  if (isAllForeign)
    throw new Refusal(403, "forbidden: you do not belong to the organisation of these changes");
  // What could be written is: sent again it changes nothing.
  if (isUnknown)
    throw new Refusal(503, "it is not known which organisations you belong to", { retryAfter: 5 });
  const told = new Map<Place, { pushed: { from: number; upTo: number }; givenBack: GivenBack }>();
  for (const [place, { outcome, taken }] of written) {
    const device = deviceOf(place.admitted, clientId);
    const back = givenBack(taken, outcome, {
      clientId,
      seen: since.stamp,
      now,
      deliveries,
      device,
    });
    if (back.size > 0) deliveries.returned(device);
    const { from, stamp } = outcome;
    told.set(place, { pushed: { from, upTo: stamp }, givenBack: back });
  }
  const request: PlacesRequest = {
    since,
    clientId: sent.clientId === "" ? undefined : clientId,
    limit: mana.deltaChanges,
    aheadMs: aheadOf(context, places, clientId),
  };
  const news = await readPlaces(engine, places, { ...request, written: told });
  const returned = [...written].flatMap(([place, { outcome }]) =>
    [...(told.get(place)?.givenBack.keys() ?? [])].flatMap((key) => {
      const record = news.keys.get(place)?.has(key) ? undefined : outcome.after.get(key);
      return record === undefined ? [] : (newsOf(record, { ...request, ...told.get(place) }) ?? []);
    }),
  );
  return answerOf(context, { news, since, places, clientId, returned });
}

/** Under which name it is remembered what a device was given of a space. */
export function deviceOf({ space }: Admitted, clientId: string): string {
  return `${space} ${clientId}`;
}

/** How far a device's clock was seen to be ahead, in whichever space. */
export function aheadOf({ deliveries }: ManaContext, places: Places, clientId: string): number {
  const all = [places.own, ...places.orgs].map(({ admitted }) =>
    deliveries.aheadBy(deviceOf(admitted, clientId)),
  );
  return Math.max(...all);
}

/** Puts an answer together, and remembers what it holds. */
export function answerOf(
  context: ManaContext,
  {
    news,
    since,
    places,
    clientId,
    returned = [],
  }: {
    readonly news: PlacesNews;
    readonly since: { readonly stamp: number };
    readonly places: Places;
    readonly clientId: string;
    readonly returned?: readonly WireChange[];
  },
): Answer {
  remember(context, { news, since, places, clientId });
  return {
    serverChanges: [...returned, ...news.changes.map(({ change }) => change)],
    conflicts: [],
    syncedUntil: formatSince(news.since),
    ...(news.more ? { hasMore: true } : {}),
  };
}

/** Remembers what a device was given of each space. */
export function remember(
  { deliveries }: ManaContext,
  {
    news,
    since,
    places,
    clientId,
  }: {
    readonly news: PlacesNews;
    readonly since: { readonly stamp: number };
    readonly places: Places;
    readonly clientId: string;
  },
): void {
  for (const place of [places.own, ...places.orgs]) {
    if (!news.keys.has(place)) continue;
    const device = deviceOf(place.admitted, clientId);
    deliveries.delivered(device, Math.min(since.stamp, news.since.stamp), news.since.stamp);
  }
}

interface WriteAll {
  readonly appId: string;
  readonly sent: SentPush;
  readonly places: Places;
  readonly clientId: string;
  readonly now: number;
}

/** Writes each change where it belongs, tells who listens, and keeps for the operator what was refused. */
async function writeAll(
  context: ManaContext,
  principal: Principal,
  { appId, sent, places, clientId, now }: WriteAll,
): Promise<{
  readonly written: ReadonlyMap<Place, Written>;
  readonly isAllForeign: boolean;
  readonly isUnknown: boolean;
}> {
  const routes: Routes = await routeChanges(sent.changes, places, {
    engine: context.engine,
    userId: principal.userId,
    isShared: context.memberships !== undefined,
  });
  const refused: RefusedChange[] = [...sent.refused];
  const written = new Map<Place, Written>();
  for (const [place, changes] of routes.places) {
    const { admitted, orgId } = place;
    const options = { admitted, clientId, since: sent.since, now };
    const outcome = await writeChanges(context, principal, changes, options);
    written.set(place, outcome);
    refused.push(...outcome.refused);
    const tables = [...new Set(changes.map(({ collection }) => decodeName(collection)))];
    context.bells.ring(orgId === undefined ? principal : { orgId }, { appId, tables });
  }
  const reason = "The user does not belong to this organisation.";
  for (const change of routes.foreign) refused.push(refusedChange(change, reason));
  await context.refused.note(principal, { appId, clientId: sent.clientId }, refused);
  const isAllForeign =
    routes.foreign.length > 0 &&
    routes.foreign.length === sent.changes.length + sent.refused.length;
  return { written, isAllForeign, isUnknown: routes.unknown.length > 0 };
}
