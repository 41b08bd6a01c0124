// Related records: they come with the rows that a query gives, and change with them.

import { isId } from "@syncline/core";
import type { Table, Watcher } from "../collections/table.ts";
import { type AnyRow, type CompiledQuery, compileQuery } from "./compile.ts";
import { fieldsOf, wants } from "./conditions.ts";
import { fieldOf } from "./field.ts";
import { type LiveResult, NOT_READY, sameItems, showRows } from "./live-rows.ts";
import { createDerived, type Observable } from "./observable.ts";
import { replaceIn } from "./row-set.ts";

/** A relation made ready. */
interface Relation {
  readonly name: string;
  readonly collection: string;
  /** The field here with the id of one; undefined: there are many. */
  readonly id: string | undefined;
  /** The field of theirs with the id of the row here. */
  readonly by: string;
  readonly query: CompiledQuery;
  /** What comes with those that come. */
  readonly include: readonly Relation[];
}

const RELATION = ["collection", "id", "by", "where", "orderBy", "limit", "include"];

/**
 * @param path where it stands, for errors
 * @throws {SynclineError} `invalid` for relations that there cannot be
 */
export function compileInclude(include: unknown = {}, path = "include"): readonly Relation[] {
  return Object.entries(fieldsOf(include, path)).map(([name, asked]) => {
    const at = `${path}.${name}`;
    const given = fieldsOf(asked, at, RELATION, `${at}.`);
    const { collection, id, by = id, where, orderBy, limit } = given;
    if (
      typeof collection !== "string" ||
      typeof by !== "string" ||
      (id !== undefined && given["by"] !== undefined) ||
      !isId(collection) ||
      name === "id"
    ) {
      throw wants("a collection, and either `id` (a field here) or `by` (a field there)", at);
    }
    return {
      name,
      collection,
      id: id === undefined ? undefined : by,
      by,
      query: compileQuery({ where, orderBy, limit } as object, `${at}.`), // it is checked there
      include: compileInclude(given["include"], `${at}.include`),
    };
  });
}

/** The collections of relations, and of theirs. */
export function collectionsOf(relations: readonly Relation[]): string[] {
  return relations.flatMap(({ collection, include }) => [collection, ...collectionsOf(include)]);
}

type TableOf = (collection: string) => Pick<Table, "peek" | "watch">;

interface Join {
  /** The row with its relations; the same object while nothing about it changed. */
  row(of: AnyRow): AnyRow;
  /** The related rows of each relation, and of theirs. */
  readonly parts: readonly Related[];
}

/** The related rows of one relation. */
interface Related extends Omit<Watcher, "tell"> {
  readonly table: ReturnType<TableOf>;
}

export function createJoin(relations: readonly Relation[], tableOf: TableOf): Join {
  const own = relations.map((relation) => createRelated(relation, tableOf));
  /** What was made of a row, and of what else. */
  const made = new WeakMap<
    AnyRow,
    { readonly related: readonly unknown[]; readonly row: AnyRow }
  >();

  return {
    row(of) {
      if (own.length === 0) return of;
      const related = own.map(({ find }) => find(of));
      const held = made.get(of);
      if (held !== undefined && sameItems(held.related, related)) return held.row;
      const fields = Object.fromEntries(relations.map(({ name }, i) => [name, related[i]]));
      const row = Object.freeze({ ...of, ...fields });
      made.set(of, { related, row });
      return row;
    },
    parts: own.flatMap(({ part, inner }) => [part, ...inner.parts]),
  };
}

/** Related rows that belong to one row. */
interface Group {
  /** Those that match, in the query's order. */
  readonly rows: AnyRow[];
  /** Those that are shown, with their own relations. */
  shown: readonly AnyRow[];
}

const NONE: readonly AnyRow[] = Object.freeze([]);

function createRelated({ collection, id, by, query, include }: Relation, tableOf: TableOf) {
  const table = tableOf(collection);
  const inner = createJoin(include, tableOf);
  /** By the id of the row here. */
  let groups = new Map<unknown, Group>();
  let isStale = true;

  function groupOf(row: AnyRow, before = groups): Group {
    const key = fieldOf(row, by);
    const group = groups.get(key) ?? { rows: [], shown: before.get(key)?.shown ?? NONE };
    groups.set(key, group);
    return group;
  }

  function findOne(value: unknown): AnyRow | undefined {
    const found = typeof value === "string" ? table.peek()?.get(value) : undefined;
    return found && query.test(found) ? inner.row(found) : undefined;
  }

  function findMany(value: string): readonly AnyRow[] {
    if (isStale) {
      const before = groups;
      groups = new Map();
      for (const row of table.peek()?.select(query).rows ?? []) groupOf(row, before).rows.push(row);
      isStale = false;
    }
    const group = groups.get(value);
    if (group === undefined) return NONE;
    const shown = group.rows.slice(0, query.to).map(inner.row);
    if (!sameItems(shown, group.shown)) group.shown = Object.freeze(shown);
    return group.shown;
  }

  const part: Related = {
    table,
    renew() {
      isStale = true;
    },
    change(changes) {
      if (isStale) return;
      for (const { before, after } of changes) {
        if (before && query.test(before))
          replaceIn(groupOf(before).rows, query.compare, { before });
        if (after && query.test(after)) replaceIn(groupOf(after).rows, query.compare, { after });
      }
    },
  };
  const find = (row: AnyRow) => (id === undefined ? findMany(row.id) : findOne(fieldOf(row, id)));
  return { find, inner, part };
}

/** A live query whose rows come with their relations. */
export function liveInclude(
  rows: Observable<LiveResult<unknown>>,
  { parts, row }: Join,
  onError: (thrown: unknown) => void,
): Observable<LiveResult<unknown>> {
  const renew = () => {
    for (const part of parts) part.renew();
  };
  return createDerived<LiveResult<unknown>>({
    initial: NOT_READY,
    onError,
    start(update) {
      renew();
      const stops = parts.map(({ table, ...part }) => table.watch({ ...part, tell: update }));
      stops.push(rows.subscribe(update));
      update();
      return () => {
        for (const stop of stops) stop();
      };
    },
    read(before, kept) {
      if (!kept) renew();
      const result = rows.getSnapshot();
      const isReady = result.ready && parts.every(({ table }) => table.peek());
      return isReady ? showRows(before, Object.freeze(result.rows.map(row))) : before;
    },
  });
}
