// Reads what a reader does not have of all the spaces that he has in an app, under one cursor.

import type { Engine } from "../../engine/contract.ts";
import { coversOf, type Since } from "./cursor.ts";
import type { Place, Places } from "./places.ts";
import { type News, type NewsRequest, readNews } from "./read-news.ts";

export interface PlacesRequest
  extends Pick<NewsRequest, "clientId" | "collections" | "limit" | "aheadMs"> {
  readonly since: Since;
  /** What the reader has just pushed to a place. */
  readonly written?: ReadonlyMap<Place, Pick<NewsRequest, "pushed" | "givenBack">>;
}

export interface PlacesNews {
  /** In the order of their commits. */
  readonly changes: News["changes"];
  /** The records that they are of, by place. */
  readonly keys: ReadonlyMap<Place, ReadonlySet<string>>;
  /** Where the reader goes on. */
  readonly since: Since;
  readonly more: boolean;
}

interface Read {
  readonly place: Place;
  readonly news: News;
}

/** Spaces that are written to while they are read are read again; not without end. */
const MAX_TRIES = 5;

/**
 * The cursor that is handed out is one stamp for all the spaces. Each of them is raised to it, so that whatever is
 * committed later, by whichever node, has a greater one. An organisation that the cursor does not cover is read from its
 * beginning; where that does not fit into the answer, the reader begins again with everything.
 */
export async function readPlaces(
  engine: Engine,
  { own, orgs }: Places,
  request: PlacesRequest,
): Promise<PlacesNews> {
  const { written, ...asked } = request;
  const places = [own, ...orgs];
  const covers = coversOf(orgs.map(({ tag }) => tag));
  const beginning: Since = { stamp: 0, fresh: true, midway: false, covers };
  let { since } = request;
  for (let tries = 0; ; tries += 1) {
    const gained = orgs.filter(({ tag = "" }) => !since.covers.includes(tag));
    const reads = await Promise.all(
      places.map(async (place): Promise<Read> => {
        const isGained = since.stamp > 0 && gained.includes(place);
        const news = await readNews(engine, place.admitted, {
          ...asked,
          ...written?.get(place),
          since: isGained ? beginning : since,
        });
        return { place, news };
      }),
    );
    const page = merge(reads, request.limit);
    if (gained.length > 0 && since.stamp > 0) {
      if (page.more) {
        since = beginning;
        continue;
      }
      // Other tables of this reader have the same cursor, and have not been given the organisation yet: theirs is smaller.
      page.stamp += 1;
    }
    const isWhole = orgs.length === 0 || (await raiseAll(engine, reads, page.stamp));
    if (!isWhole && tries < MAX_TRIES) continue;
    const { changes, keys } = page;
    // Where others write all the time, the reader stays where he is, and is given the same again.
    if (!isWhole) return { changes, keys, since: request.since, more: true };
    return {
      changes,
      keys,
      since: { stamp: page.stamp, fresh: since.fresh && page.more, midway: page.more, covers },
      more: page.more,
    };
  }
}

/** Puts pages of several spaces together, up to where all of them were read. */
function merge(
  reads: readonly Read[],
  limit: number,
): { changes: News["changes"]; keys: Map<Place, Set<string>>; stamp: number; more: boolean } {
  const unread = reads.filter(({ news }) => news.more).map(({ news }) => news.stamp);
  const readUpTo = Math.min(...unread, Number.POSITIVE_INFINITY);
  const all = reads
    .flatMap(({ place, news }) => news.changes.map((one) => ({ ...one, place })))
    .filter(({ stamp }) => stamp <= readUpTo)
    .sort((a, b) => a.stamp - b.stamp);
  // Two spaces may have one stamp: both are given, or neither.
  const last = all[limit - 1];
  const fits = last === undefined ? all : all.filter(({ stamp }) => stamp <= last.stamp);
  const isCut = fits.length < all.length;
  const keys = new Map<Place, Set<string>>();
  for (const { place, key } of fits) keys.set(place, (keys.get(place) ?? new Set()).add(key));
  const head = Math.max(...reads.map(({ news }) => news.stamp));
  const whole = unread.length === 0 ? head : readUpTo;
  return {
    changes: fits,
    keys,
    stamp: isCut ? (last?.stamp ?? whole) : whole,
    more: isCut || unread.length > 0,
  };
}

/** Raises each space that was read to its end. @returns whether nothing was written to them meanwhile */
async function raiseAll(engine: Engine, reads: readonly Read[], to: number): Promise<boolean> {
  const raised = await Promise.all(
    reads.map(async ({ place, news }) => {
      if (news.more || news.stamp >= to) return true;
      return await engine.raise(place.admitted, { from: news.stamp, to });
    }),
  );
  return raised.every(Boolean);
}
