// Aggregates as apps ask for them, and their types.

import type { Row } from "../collections/definition.ts";
import { fieldsOf, wants } from "../query/conditions.ts";
import type { Path, ValueAt, Where } from "../query/query.ts";
import { createTally, type Tally } from "./tally.ts";

type IsNumber<Value> = unknown extends Value
  ? true
  : [Extract<Value, number>] extends [never]
    ? false
    : true;

/** The fields that may hold numbers. */
type NumberPath<Data> = {
  [Name in Path<Row<Data>>]: IsNumber<ValueAt<Row<Data>, Name>> extends true ? Name : never;
}[Path<Row<Data>>];

/** What is worked out over the records of a group. */
export type Aggregation<Data> =
  /** How many there are. */
  | { readonly count: true }
  /** Of the numbers in a field. */
  | { readonly sum: NumberPath<Data> }
  /** Null where there are no numbers. */
  | { readonly avg: NumberPath<Data> }
  /** The least number or text in a field, by the order of queries; null where there is none. */
  | { readonly min: Path<Row<Data>> }
  | { readonly max: Path<Row<Data>> };

export interface AggregateQuery<Data, Values, By> {
  readonly where?: Where<Data>;
  /** A field, or several: records that are equal in them are a group. Without it all are one, which is there always. */
  readonly groupBy?: By | readonly By[];
  /** What is worked out for each group, by a name of your own. */
  readonly values: Values;
}

type ValueOf<Data, Asked> = Asked extends { readonly count: unknown } | { readonly sum: unknown }
  ? number
  : Asked extends { readonly avg: unknown }
    ? number | null
    : Asked extends { readonly min: infer Name } | { readonly max: infer Name }
      ? EndOf<ValueAt<Row<Data>, Name>> | null
      : never;

type EndOf<Value> = unknown extends Value
  ? string | number | boolean
  : Extract<Value, string | number | boolean>;

/** A group: the fields that it is of, and what was asked for. */
export type Aggregated<Data, Values, By> = {
  readonly [Name in By & string]: Exclude<ValueAt<Row<Data>, Name>, undefined> | null;
} & { readonly [Name in keyof Values]: ValueOf<Data, Values[Name]> };

export interface CompiledAggregate {
  readonly groupBy: readonly string[];
  readonly names: readonly string[];
  tallies(): readonly Tally[];
}

const KINDS = ["count", "sum", "avg", "min", "max"];

/** @throws {SynclineError} `invalid` with the path of what makes no sense */
export function compileAggregate(query: unknown): CompiledAggregate {
  const known = ["where", "groupBy", "values"];
  const { groupBy = [], values } = fieldsOf(query, "query", known);
  const fields = [groupBy].flat().map((name: unknown) => {
    if (typeof name !== "string") throw wants("names of fields", "groupBy");
    return name;
  });
  const asked = Object.entries(fieldsOf(values, "values")).map(([name, wanted]) => {
    const path = `values.${name}`;
    const kinds = Object.entries(fieldsOf(wanted, path, KINDS, `${path}.`));
    const [kind, field] = kinds[0] ?? [];
    if (kind === undefined || kinds.length > 1 || fields.includes(name))
      throw wants(`one of ${KINDS.join(", ")}, under a name that is not grouped by`, path);
    if (kind === "count" ? field !== true : typeof field !== "string")
      throw wants(kind === "count" ? "true" : "the name of a field", `${path}.${kind}`);
    return { name, kind, field: String(field) };
  });
  return {
    groupBy: fields,
    names: asked.map(({ name }) => name),
    tallies: () => asked.map(({ kind, field }) => createTally(kind, field)),
  };
}
