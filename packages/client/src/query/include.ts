// Related records: they come with the rows that a query gives, and change with them.

import { isId, SynclineError } from "@syncline/core";
import type { LiveResult, Table } from "../collections/table.ts";
import { type AnyRow, compileQuery, fieldOf } from "./compile.ts";
import type { Observable } from "./observable.ts";
import type { Include, Query, RelationToMany } from "./query.ts";

type TableOf = (collection: string) => Pick<Table, "peek" | "watch">;

/** A row with its relations, and what it was made of. */
interface Made {
  readonly row: AnyRow;
  readonly related: readonly unknown[];
  readonly made: AnyRow;
}

/** Rows made before, by id: one that consists of the same stays the same object. */
export type MadeRows = Map<string, Made>;

/** @throws {SynclineError} `invalid` for relations that there cannot be */
export function checkInclude(include: Include): void {
  for (const [name, relation] of Object.entries(include)) {
    const field = "id" in relation ? relation.id : relation.by;
    if (name === "id" || !isId(relation.collection) || typeof field !== "string") {
      throw new SynclineError(
        "invalid",
        "A relation names a collection, and either `id` (a field here) or `by` (a field there).",
        { path: `include.${name}` },
      );
    }
  }
}

/** The rows with their relations. All tables are loaded. */
export function includeAll(
  rows: readonly AnyRow[],
  include: Include,
  tableOf: TableOf,
  before: MadeRows,
): readonly AnyRow[] {
  const finders = Object.entries(include).map(([name, relation]) => {
    const table = tableOf(relation.collection).peek();
    if ("id" in relation) {
      const find = (row: AnyRow) => table?.get(String(fieldOf(row, relation.id)));
      return { name, find };
    }
    return { name, find: (row: AnyRow) => relatedTo(row, relation, table) };
  });
  const kept: MadeRows = new Map();
  const made = rows.map((row) => {
    const related = finders.map(({ find }) => find(row));
    const held = before.get(row.id);
    const same = held?.row === row && related.every((one, i) => sameRelated(one, held.related[i]));
    const entry: Made = same
      ? held
      : {
          row,
          related,
          made: Object.freeze({
            ...row,
            ...Object.fromEntries(finders.map(({ name }, i) => [name, related[i]])),
          }),
        };
    kept.set(row.id, entry);
    return entry.made;
  });
  before.clear();
  for (const [id, entry] of kept) before.set(id, entry);
  return Object.freeze(made);
}

function relatedTo(
  { id }: AnyRow,
  { by, orderBy, limit }: RelationToMany,
  table: ReturnType<ReturnType<TableOf>["peek"]>,
): readonly AnyRow[] {
  const query = compileQuery({
    where: { [by]: id },
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(limit === undefined ? {} : { limit }),
  } as Query<unknown>); // fields of a collection whose type is not known here
  return Object.freeze(table?.select(query).rows.slice(query.from, query.to) ?? []);
}

function sameRelated(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((row, i) => row === b[i]);
}

/** A live query whose rows come with their relations. */
export function liveInclude(
  rows: Observable<LiveResult<unknown>>,
  include: Include,
  tableOf: TableOf,
): Observable<LiveResult<unknown>> {
  checkInclude(include);
  const collections = [...new Set(Object.values(include).map(({ collection }) => collection))];
  const before: MadeRows = new Map();
  let shown: LiveResult<unknown> | undefined;

  function read(): LiveResult<unknown> {
    const result = rows.getSnapshot();
    const ready = result.ready && collections.every((name) => tableOf(name).peek() !== undefined);
    if (!ready) {
      shown ??= Object.freeze({ ready: false, rows: Object.freeze([]) });
      return shown;
    }
    const next = includeAll(result.rows, include, tableOf, before);
    const same =
      shown?.ready === true &&
      shown.rows.length === next.length &&
      next.every((row, i) => row === shown?.rows[i]);
    if (!same) shown = Object.freeze({ ready: true, rows: next });
    return shown ?? result;
  }

  return {
    subscribe(listener) {
      let last = read();
      const look = () => {
        const next = read();
        if (next === last) return;
        last = next;
        listener();
      };
      const stops = [rows.subscribe(look), ...collections.map((name) => tableOf(name).watch(look))];
      return () => {
        for (const stop of stops) stop();
      };
    },
    getSnapshot: read,
  };
}
