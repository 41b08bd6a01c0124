// Related records: they come with the rows that a query gives, and change with them.

import { isId } from "@syncline/core";
import type { Table } from "../collections/table.ts";
import { type AnyRow, compileQuery, fieldOf } from "./compile.ts";
import { fieldsOf, wants } from "./conditions.ts";
import { type LiveResult, NOT_READY, sameItems, showRows } from "./live-rows.ts";
import { createDerived, type Observable } from "./observable.ts";
import type { RowSet } from "./row-set.ts";

/** A relation made ready: a row's field `here` is the same as its related rows' field `there`. */
interface Relation {
  readonly name: string;
  readonly collection: string;
  readonly here: string;
  readonly there: string;
  find(row: AnyRow, related: RowSet | undefined): unknown;
}

const RELATION = ["collection", "id", "by", "orderBy", "limit"];

/** @throws {SynclineError} `invalid` for relations that there cannot be */
export function compileInclude(include: unknown = {}): readonly Relation[] {
  return Object.entries(fieldsOf(include, "include")).map(([name, asked]) => {
    const path = `include.${name}`;
    const { collection, id, by, orderBy, limit } = fieldsOf(asked, path, RELATION, `${path}.`);
    const [one, field] = [by === undefined, by ?? id];
    if (
      typeof collection !== "string" ||
      typeof field !== "string" ||
      (id !== undefined && !one) ||
      !isId(collection) ||
      name === "id"
    ) {
      throw wants("a collection, and either `id` (a field here) or `by` (a field there)", path);
    }
    const query = compileQuery({ orderBy, limit } as object, `${path}.`); // it is checked there
    const [here, there] = one ? [field, "id"] : ["id", field];
    return {
      name,
      collection,
      here,
      there,
      find(row, related) {
        const value = fieldOf(row, here);
        const test = (other: AnyRow) => fieldOf(other, there) === value;
        const found = related?.select(
          { ...query, where: new Map([[there, { in: [value] }]]), test },
          query.to,
        );
        return one ? found?.rows[0] : Object.freeze(found?.rows.slice(0, query.to));
      },
    };
  });
}

/** A row with its relations, and what it was made of. */
interface Made {
  readonly row: AnyRow;
  readonly related: readonly unknown[];
  readonly made: AnyRow;
}

interface Join {
  /** The rows with their relations; undefined while a related collection is not loaded. */
  rows(of: readonly AnyRow[]): readonly AnyRow[] | undefined;
  /** Anything may have changed. */
  renew(): void;
  /** Keeps to what changes in the related collections, and says so; gives what ends it. */
  watch(tell: () => void): (() => void)[];
}

export function createJoin(
  relations: readonly Relation[],
  tableOf: (collection: string) => Pick<Table, "peek" | "watch">,
): Join {
  const tables = relations.map(({ collection }) => tableOf(collection));
  /** For each relation: what the rows have in their field whose related rows have changed. */
  const touched = relations.map(() => new Set<unknown>());
  /** Rows made before: one that consists of the same stays the same object. */
  let made = new Map<string, Made>();
  let all = true;

  const stale = (row: AnyRow) =>
    all || relations.some(({ here }, i) => touched[i]?.has(fieldOf(row, here)));

  function make(row: AnyRow, held: Made | undefined): Made {
    const related = relations.map(({ find }, i) => {
      const [fresh, before] = [find(row, tables[i]?.peek()), held?.related[i]];
      return Array.isArray(fresh) && Array.isArray(before) && sameItems(fresh, before)
        ? before
        : fresh;
    });
    if (held?.row === row && sameItems(related, held.related)) return held;
    const fields = Object.fromEntries(relations.map(({ name }, i) => [name, related[i]]));
    return { row, related, made: Object.freeze({ ...row, ...fields }) };
  }

  const renew = () => {
    all = true;
  };
  return {
    rows(of) {
      if (tables.some((table) => table.peek() === undefined)) return undefined;
      const next = new Map<string, Made>();
      const rows = of.map((row) => {
        const held = made.get(row.id);
        const entry = held?.row === row && !stale(row) ? held : make(row, held);
        next.set(row.id, entry);
        return entry.made;
      });
      made = next;
      all = false;
      for (const values of touched) values.clear();
      return Object.freeze(rows);
    },
    renew,
    watch: (tell) =>
      tables.map((table, i) =>
        table.watch({
          renew,
          change(changes) {
            const there = relations[i]?.there ?? "";
            for (const { before, after } of changes)
              for (const row of [before, after]) if (row) touched[i]?.add(fieldOf(row, there));
          },
          tell,
        }),
      ),
  };
}

/** A live query whose rows come with their relations. */
export function liveInclude(
  rows: Observable<LiveResult<unknown>>,
  join: Join,
  onError: (thrown: unknown) => void,
): Observable<LiveResult<unknown>> {
  return createDerived<LiveResult<unknown>>({
    initial: NOT_READY,
    onError,
    start(update) {
      join.renew();
      const stops = [...join.watch(update), rows.subscribe(update)];
      update();
      return () => {
        for (const stop of stops) stop();
      };
    },
    read(before, kept) {
      if (!kept) join.renew();
      const result = rows.getSnapshot();
      const joined = result.ready ? join.rows(result.rows) : undefined;
      return joined === undefined ? before : showRows(before, joined);
    },
  });
}
