// Where each change of a push belongs: to the caller's own space, or to that of one of his organisations.

import { recordKeyToText } from "@syncline/core";
import type { Engine } from "../../engine/contract.ts";
import type { Place, Places } from "./places.ts";
import type { SentChange } from "./read-push.ts";

export interface Routes {
  readonly places: ReadonlyMap<Place, readonly SentChange[]>;
  /** Of organisations that the caller does not belong to. */
  readonly foreign: readonly SentChange[];
  /** Of organisations, or of one perhaps, while nobody can say which the caller belongs to. */
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
  const made = new Map<string, Place>();
  const foreign: SentChange[] = [];
  const unknown: SentChange[] = [];
  const send = (place: Place, change: SentChange) => {
    const held = places.get(place) ?? [];
    places.set(place, held);
    held.push(change);
    // What follows it in this push finds it there, though it is not written yet.
    if (change.op === "insert") made.set(recordKeyToText(change), place);
  };
  const unsaid = isShared ? changes.filter(isUnsaid) : [];
  const homes = await homesOf(unsaid, [own, ...orgs], engine);
  for (const change of changes) {
    const { spaceId } = change;
    if (!isShared || spaceId === `${PERSONAL}${userId}`) {
      send(own, change);
      continue;
    }
    if (spaceId === undefined) {
      const key = recordKeyToText(change);
      const home = isUnsaid(change) ? (homes.get(key) ?? made.get(key)) : own;
      // It may be an organisation's that nobody can say now whether the caller belongs to.
      if (home === undefined && !areKnown) unknown.push(change);
      else send(home ?? own, change);
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
function isUnsaid({ op, spaceId }: SentChange): boolean {
  return op !== "insert" && spaceId === undefined;
}

async function homesOf(
  changes: readonly SentChange[],
  places: readonly Place[],
  engine: Engine,
): Promise<ReadonlyMap<string, Place>> {
  const homes = new Map<string, Place>();
  let left = changes.map(({ collection, id }) => ({ collection, id }));
  for (const place of places) {
    if (left.length === 0) break;
    const found = await engine.lookup(place.admitted, left);
    for (const key of found.keys()) homes.set(key, place);
    left = left.filter((key) => !found.has(recordKeyToText(key)));
  }
  return homes;
}
