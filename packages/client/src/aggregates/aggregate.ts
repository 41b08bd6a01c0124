// Aggregates over what a query gives: worked out once, or kept up by the rows that come and go.

import { canonicalJson, type Json, SynclineError } from "@syncline/core";
import type { Collection } from "../collections/collection.ts";
import type { Definitions, Row } from "../collections/definition.ts";
import { tableOf } from "../inside.ts";
import { type AnyRow, compileQuery } from "../query/compile.ts";
import { order } from "../query/conditions.ts";
import { fieldOf } from "../query/field.ts";
import { sameItems } from "../query/live-rows.ts";
import { createDerived, type Observable } from "../query/observable.ts";
import type { Path, Query } from "../query/query.ts";
import {
  type Aggregated,
  type AggregateQuery,
  type Aggregation,
  type CompiledAggregate,
  compileAggregate,
} from "./query.ts";
import type { Tally } from "./tally.ts";

/** What a live aggregate shows. */
export interface AggregateResult<Group> {
  /** False until the records were read from the device's database for the first time. */
  readonly ready: boolean;
  /** In the order of what they are grouped by; a group that did not change is the same object. */
  readonly groups: readonly Group[];
}

type Asked<Data> = { readonly [name: string]: Aggregation<Data> };

/**
 * Works aggregates out over the records of a collection that match.
 * @throws {SynclineError} `invalid` with the path of what makes no sense
 */
export async function aggregate<
  Data,
  All extends Definitions,
  const Values extends Asked<Data>,
  const By extends Path<Row<Data>> = never,
>(
  collection: Collection<Data, All>,
  query: AggregateQuery<Data, Values, By>,
): Promise<readonly Aggregated<Data, Values, By>[]> {
  const groups = createGroups(compileAggregate(query));
  groups.renew(await collection.query(matching(query)));
  return groups.shown() as never; // of the query's own fields and names
}

/**
 * Aggregates that stay up to date while somebody is subscribed. The collection is read into memory; after a write only
 * what came and went is looked at.
 * @throws {SynclineError} `invalid` with the path of what makes no sense
 */
export function liveAggregate<
  Data,
  All extends Definitions,
  const Values extends Asked<Data>,
  const By extends Path<Row<Data>> = never,
>(
  collection: Collection<Data, All>,
  query: AggregateQuery<Data, Values, By>,
): Observable<AggregateResult<Aggregated<Data, Values, By>>> {
  const groups = createGroups(compileAggregate(query));
  const wanted = compileQuery(matching(query) as object); // it is checked there
  const table = tableOf(collection);
  if (table === undefined)
    throw new SynclineError("config", "This wants a collection of an open client.");
  /** The revision of the table that the groups are of. */
  let counted = -1;
  const renew = () => {
    counted = table.revision();
    groups.renew(table.peek()?.select(wanted).rows ?? []);
  };

  return createDerived<AggregateResult<never>>({
    initial: Object.freeze({ ready: false, groups: Object.freeze([]) }),
    onError: table.onError,
    start(update) {
      renew();
      const stop = table.watch({
        renew,
        change(changes) {
          counted = table.revision();
          for (const { before, after } of changes) {
            if (before && wanted.test(before)) groups.count(before, -1);
            if (after && wanted.test(after)) groups.count(after, 1);
          }
        },
        tell: update,
      });
      update();
      return () => {
        stop();
        counted = -1;
      };
    },
    read(before, kept) {
      // Whoever renders reads again and again before subscribing.
      if (!kept && counted !== table.revision()) renew();
      if (table.peek() === undefined) return before;
      const shown = groups.shown() as readonly never[]; // as above
      return before.ready && before.groups === shown
        ? before
        : Object.freeze({ ready: true, groups: shown });
    },
  });
}

function matching<Data>({ where }: AggregateQuery<Data, unknown, unknown>): Query<Data> {
  return where === undefined ? {} : { where };
}

interface Group {
  readonly key: readonly unknown[];
  readonly tallies: readonly Tally[];
  rows: number;
  /** What it showed last. */
  shown: { readonly [name: string]: unknown } | undefined;
  isStale: boolean;
}

function createGroups({ groupBy, names, tallies }: CompiledAggregate) {
  let groups = new Map<string, Group>();
  let shown: readonly unknown[] = Object.freeze([]);

  function groupOf(key: readonly unknown[], before = groups): Group {
    const text = canonicalJson(key as Json); // of a row
    const group = groups.get(text) ?? {
      key,
      tallies: tallies(),
      rows: 0,
      shown: before.get(text)?.shown,
      isStale: true,
    };
    groups.set(text, group);
    return group;
  }

  function count(row: AnyRow, sign: 1 | -1, before = groups): void {
    const key = groupBy.map((name) => fieldOf(row, name) ?? null);
    const group = groupOf(key, before);
    group.isStale = true;
    group.rows += sign;
    for (const tally of group.tallies) tally.change(row, sign);
  }

  function show(group: Group): unknown {
    const values = group.tallies.map((tally) => tally.value());
    const held = group.shown;
    const isSame = held !== undefined && names.every((name, i) => Object.is(held[name], values[i]));
    group.isStale = false;
    if (!isSame) {
      const named = [...groupBy.entries()].map(([i, name]) => [name, group.key[i]]);
      const asked = names.map((name, i) => [name, values[i]]);
      group.shown = Object.freeze(Object.fromEntries([...named, ...asked]));
    }
    return group.shown;
  }

  return {
    /** A row came, or went. */
    count,
    /** Begins anew with these rows. */
    renew(rows: readonly AnyRow[]): void {
      const before = groups;
      groups = new Map();
      // All records are one group, which is there without any.
      if (groupBy.length === 0) groupOf([], before);
      for (const row of rows) count(row, 1, before);
    },
    shown(): readonly unknown[] {
      for (const [text, { rows }] of groups)
        if (rows === 0 && groupBy.length > 0) groups.delete(text);
      const now = [...groups.values()]
        .sort((a, b) => compareKeys(a.key, b.key))
        .map((group) => (group.isStale ? show(group) : group.shown));
      if (!sameItems(now, shown)) shown = Object.freeze(now);
      return shown;
    },
  };
}

function compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [i, value] of a.entries()) {
    const difference = order(value, b[i]);
    if (difference !== 0) return difference;
  }
  // Lists and objects have no order among them: by their text.
  const [left, right] = [canonicalJson(a as Json), canonicalJson(b as Json)];
  return left < right ? -1 : left > right ? 1 : 0;
}
