// Queries: which records, in which order, how many, and which others with them.

import type { Row } from "../collections/definition.ts";

/** What a field may be asked for: a value it equals, or conditions that all hold. */
export type Condition<Value> =
  | Value
  | {
      readonly gt?: Value;
      readonly gte?: Value;
      readonly lt?: Value;
      readonly lte?: Value;
      readonly in?: readonly Value[];
      /** For texts: what they begin with. */
      readonly prefix?: string;
      readonly not?: Value;
    };

export type Order<Data> = (keyof Data & string) | "id";

export interface Query<Data> {
  readonly where?: { readonly [Name in keyof Row<Data>]?: Condition<Row<Data>[Name]> };
  /** Names of fields, `-` in front for descending; equal ones are ordered by id. */
  readonly orderBy?: Order<Data> | `-${Order<Data>}` | readonly (Order<Data> | `-${Order<Data>}`)[];
  readonly limit?: number;
  readonly offset?: number;
}

/** One related record: its id is in a field of this one. */
export interface RelationToOne {
  readonly collection: string;
  /** The field of this record that holds the other's id. */
  readonly id: string;
}

/** Related records: a field of theirs holds the id of this one. */
export interface RelationToMany {
  readonly collection: string;
  /** The field of theirs; declare an index on it. */
  readonly by: string;
  readonly orderBy?: string | readonly string[];
  readonly limit?: number;
}

/** Which other records come with each row, under which names. */
export interface Include {
  readonly [name: string]: RelationToOne | RelationToMany;
}
