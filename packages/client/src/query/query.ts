// Queries: which records, in which order, how many, and which others with them.

import type { DataOf, Definitions, Row } from "../collections/definition.ts";

type Scalar = string | number | boolean | null | undefined;
/** What of a value has an order. */
type Ordered<Value> = Value extends Scalar ? Value : unknown extends Value ? Value : never;
type Lists<Value> = Extract<Value, readonly unknown[]>;
type IsSome<Part, Value> = unknown extends Value ? true : [Part] extends [never] ? false : true;

interface TestsOfAny<Value> {
  readonly gt?: Ordered<Value>;
  readonly gte?: Ordered<Value>;
  readonly lt?: Ordered<Value>;
  readonly lte?: Ordered<Value>;
  readonly in?: readonly Value[];
  /** Whether it is null, or not there. */
  readonly isNull?: boolean;
  /** What must not hold. */
  readonly not?: Condition<Value>;
}

interface TestsOfTexts {
  readonly startsWith?: string;
  /** A part of it, large and small letters as they are. */
  readonly includes?: string;
}

interface TestsOfLists<Element> {
  /** One of its elements. */
  readonly contains?: Element;
}

/** What a field may be asked for: a value that it equals, or tests that all hold. An object that it equals: `in`. */
export type Condition<Value> =
  | Ordered<Value>
  | Lists<Value>
  | (TestsOfAny<Value> &
      (IsSome<Extract<Value, string>, Value> extends true ? TestsOfTexts : unknown) &
      (IsSome<Lists<Value>, Value> extends true
        ? TestsOfLists<unknown extends Value ? unknown : Lists<Value>[number]>
        : unknown));

/** Objects, but no lists. */
type Inner<Value> = Value extends Scalar | readonly unknown[]
  ? never
  : Value extends object
    ? Value
    : never;

/** The names of fields, and of what lies in them, four deep: `"address.city"`. */
export type Path<Data, Depth extends readonly 0[] = []> = Depth["length"] extends 4
  ? never
  : {
      [Name in keyof Data & string]-?:
        | Name
        | ([Inner<Data[Name]>] extends [never]
            ? never
            : `${Name}.${Path<Inner<Data[Name]>, [...Depth, 0]>}`);
    }[keyof Data & string];

/** The value of a path. */
export type ValueAt<Data, Name> = Name extends keyof Data
  ? Data[Name]
  : Name extends `${infer First}.${infer Rest}`
    ? First extends keyof Data
      ? ValueAt<Inner<Data[First]>, Rest>
      : never
    : never;

/** The fields that may hold texts, or lists of them. */
export type TextPath<Data> = {
  [Name in Path<Data>]: IsSome<
    Extract<ValueAt<Data, Name>, string | readonly string[]>,
    ValueAt<Data, Name>
  > extends true
    ? Name
    : never;
}[Path<Data>];

interface Combined<Data> {
  readonly and?: readonly Where<Data>[];
  readonly or?: readonly Where<Data>[];
  readonly not?: Where<Data>;
}

/** Conditions that all hold, by the names of fields. */
export type Where<Data> = {
  readonly [Name in Path<Row<Data>>]?: Condition<ValueAt<Row<Data>, Name>>;
} & Combined<Data>;

export type Order<Data> = Path<Row<Data>>;

export interface Query<Data> {
  readonly where?: Where<Data>;
  /**
   * Words that the collection's `search` fields hold, or words that begin so: all of them must be there. Without `orderBy`
   * the best come first. A text without words asks for nothing.
   */
  readonly search?: string;
  /** Names of fields, `-` in front for descending; equal ones are ordered by id. */
  readonly orderBy?: Order<Data> | `-${Order<Data>}` | readonly (Order<Data> | `-${Order<Data>}`)[];
  readonly limit?: number;
  readonly offset?: number;
  /**
   * Only rows that come behind this one: the last of the page before. Its `id` and the fields of `orderBy` count as they
   * are given, whatever became of the record since.
   */
  readonly after?: Cursor<Data>;
}

/** A row, or as much of it as an order needs: where a page begins. */
type Cursor<Data> = Partial<Row<Data>> & { readonly id: string };

interface Relation<Data, Name, All extends Definitions> extends Pick<Query<Data>, "where"> {
  readonly collection: Name;
  /** Which others come with those that come. */
  readonly include?: Include<All>;
}

/** One related record: its id is in a field of this one. With `where` it comes only where it matches. */
export interface RelationToOne<Data, Name, All extends Definitions = Definitions>
  extends Relation<Data, Name, All> {
  /** The field of this record that holds the other's id. */
  readonly id: string;
  readonly by?: never;
}

/** Related records: a field of theirs holds the id of this one. */
export interface RelationToMany<Data, Name, All extends Definitions = Definitions>
  extends Relation<Data, Name, All>,
    Pick<Query<Data>, "orderBy" | "limit"> {
  /** The field of theirs. */
  readonly by: Path<Data>;
  readonly id?: never;
}

/** Which other records come with each row, under which names: any but those of the row's own fields. */
export interface Include<All extends Definitions = Definitions> {
  readonly [name: string]: {
    readonly [Name in keyof All & string]:
      | RelationToOne<DataOf<All[Name]>, Name, All>
      | RelationToMany<DataOf<All[Name]>, Name, All>;
  }[keyof All & string];
}

/** A query whose rows bring others with them. */
export type QueryWith<Data, Related, All extends Definitions = Definitions> = Query<Data> & {
  // Beside the constraint of `Related`, which is the same for all collections of a client: so they can be
  // called as a union.
  readonly include?: Related & Checked<Data, Related, All>;
};

/** What the constraint of relations does not say: their names, those of fields here, and that there are no others. */
type Checked<Data, Related, All extends Definitions> = {
  readonly [Name in keyof Related]: Name extends OwnName<Data>
    ? never
    : (Related[Name] extends { readonly id: string } ? { readonly id: Path<Row<Data>> } : unknown) &
        (Related[Name] extends { readonly collection: infer Other extends keyof All }
          ? CheckedInside<DataOf<All[Other]>, Related[Name], All>
          : unknown);
};

type CheckedInside<Data, Relation, All extends Definitions> = (Relation extends {
  readonly where: infer Given;
}
  ? { readonly where: Exactly<Given, Path<Row<Data>>> }
  : unknown) &
  (Relation extends { readonly include: infer Related }
    ? { readonly include: Checked<Data, Related, All> }
    : unknown);

/** No names but these in what is inferred, where the compiler does not look for others by itself. */
type Exactly<Given, Names> = {
  readonly [Name in keyof Given]: Name extends "and" | "or"
    ? Given[Name] extends readonly (infer One)[]
      ? readonly Exactly<One, Names>[]
      : never
    : Name extends "not"
      ? Exactly<Given[Name], Names>
      : Name extends Names
        ? unknown
        : never;
};

/** The names that relations may not have. Of data without a type no names are known. */
type OwnName<Data> = "id" | (string extends keyof Data ? never : keyof Data);
