// Where each change of a push belongs: to the caller's own space, or to that of one of his organisations.

import { recordKeyToText } from "@syncline/core";
import type { Engine } from "../../engine/contract.ts";
import type { Place, Places } from "./places.ts";
import type { SentChange } from "./read-push.ts";

export interface Routes {
  readonly places: ReadonlyMap<Place, readonly SentChange[]>;
  /** Of organisations that the caller does not belong to. */
  readonly foreign: readonly SentChange[];
  /** Of organisations, while nobody can say whether the caller belongs to them. */
  readonly unknown: readonly SentChange[];
}

export interface RouteOptions {
  readonly engine: Engine;
  readonly userId: string;
  /** False: nobody shares anything here, and all that a user writes is his own. */
  readonly isShared: boolean;
}

/** What the other side writes instead of an organisation until it knows the user's own. */
const PERSONAL = "_personal:";

export async function routeChanges(
  changes: readonly SentChange[],
  { own, orgs, areKnown }: Places,
  { engine, userId, isShared }: RouteOptions,
): Promise<Routes> {
  const byOrg = new Map(orgs.map((place) => [place.orgId, place]));
  const places = new Map<Place, SentChange[]>();
  const foreign: SentChange[] = [];
  const unknown: SentChange[] = [];
  const send = (place: Place, change: SentChange) => {
    const held = places.get(place) ?? [];
    places.set(place, held);
    held.push(change);
  };
  const homes = await homesOf(changes, { own, orgs }, engine);
  for (const change of changes) {
    const { spaceId } = change;
    const isOwn = spaceId === undefined || spaceId === `${PERSONAL}${userId}`;
    if (!isShared || isOwn) {
      send((spaceId === undefined && homes.get(recordKeyToText(change))) || own, change);
      continue;
    }
    const place = byOrg.get(spaceId);
    if (place !== undefined) send(place, change);
    else if (areKnown) foreign.push(change);
    else unknown.push(change);
  }
  return { places, foreign, unknown };
}

/** Older clients do not say again whose a record is when they change it: it stays where it is. */
async function homesOf(
  changes: readonly SentChange[],
  { own, orgs }: Pick<Places, "own" | "orgs">,
  engine: Engine,
): Promise<ReadonlyMap<string, Place>> {
  const homes = new Map<string, Place>();
  if (orgs.length === 0) return homes;
  const unsaid = changes.filter(({ op, spaceId }) => op !== "insert" && spaceId === undefined);
  let left = unsaid.map(({ collection, id }) => ({ collection, id }));
  for (const place of [own, ...orgs]) {
    if (left.length === 0) break;
    const found = await engine.lookup(place.admitted, left);
    for (const key of found.keys()) homes.set(key, place);
    left = left.filter((key) => !found.has(recordKeyToText(key)));
  }
  return homes;
}
