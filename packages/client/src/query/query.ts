// Queries: which records, in which order, how many, and which others with them.

import type { DataOf, Definitions, Row } from "../collections/definition.ts";

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
export interface RelationToOne<Name> {
  readonly collection: Name;
  /** The field of this record that holds the other's id. */
  readonly id: string;
  readonly by?: never;
}

/** Related records: a field of theirs holds the id of this one. */
export interface RelationToMany<Data, Name> extends Pick<Query<Data>, "orderBy" | "limit"> {
  readonly collection: Name;
  /** The field of theirs; declare an index on it, or on it with what they are ordered by. */
  readonly by: keyof Data & string;
  readonly id?: never;
}

/** Which other records come with each row, under which names: any but those of the row's own fields. */
export interface Include<All extends Definitions = Definitions> {
  readonly [name: string]: {
    readonly [Name in keyof All & string]:
      | RelationToOne<Name>
      | RelationToMany<DataOf<All[Name]>, Name>;
  }[keyof All & string];
}

/** A query whose rows bring others with them. */
export type QueryWith<Data, Related> = Query<Data> & {
  // Beside the constraint of `Related`, which is the same for all collections of a client: so they can be
  // called as a union.
  readonly include?: Related & {
    readonly [Name in keyof Related]: Name extends OwnName<Data>
      ? never
      : Related[Name] extends RelationToOne<unknown>
        ? { readonly id: keyof Data & string }
        : unknown;
  };
};

/** The names that relations may not have. Of data without a type no names are known. */
type OwnName<Data> = "id" | (string extends keyof Data ? never : keyof Data);
