// What an app says about a collection, and the types that follow from it.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Change, MergePolicy, PolicyName } from "@syncline/core";
import type { Path, TextPath } from "../query/query.ts";
import type { SearchEngine } from "../query/text-search.ts";

/** A record as apps see it: frozen, its fields beside its id. */
export type Row<Data> = Readonly<Data> & { readonly id: string };

/** What stood against each other in a conflict. Null: there is no such record. */
export interface Conflict<Data> {
  readonly id: string;
  /** The record as this device would have it. */
  readonly mine: Row<Data> | null;
  /** The record as the server has it. */
  readonly theirs: Row<Data> | null;
  /** What this device wanted to change. */
  readonly change: Change;
}

/**
 * What to do about a conflict: send mine again over theirs, give mine up, send other fields over theirs,
 * or keep it in the inbox for the user to decide.
 */
export type ConflictChoice<Data> = "mine" | "theirs" | "park" | { readonly merge: Partial<Data> };

export interface CollectionOptions<Data> {
  /** How changes are merged; `lww` where left out. The server must say the same. */
  readonly policy?: PolicyName | MergePolicy;
  /**
   * Fields, or lists of fields, that queries ask for: `["listId", ["done", "due"], "address.city"]`. Kept in the device's
   * database; they change how fast a query is, never what it gives.
   */
  readonly indexes?: readonly (Path<Data> | readonly Path<Data>[])[];
  /**
   * The fields whose texts queries search for words, the first of which counts most: `{ fields: ["title", "notes"],
   * engine: textSearch }`, with `textSearch` of `@syncline/client/search`.
   */
  readonly search?: { readonly fields: readonly TextPath<Data>[]; readonly engine: SearchEngine };
  /** Checks what is written, before it is written. Any Standard Schema library; it must answer synchronously. */
  readonly schema?: StandardSchemaV1<unknown, Data>;
  /** Asked about each conflict of a `versioned` collection; without it they go to the inbox. */
  onConflict?(conflict: Conflict<Data>): ConflictChoice<Data> | Promise<ConflictChoice<Data>>;
}

export interface CollectionDefinition<Data> extends CollectionOptions<Data> {
  /** Never there: carries the type. */
  readonly data?: Data;
}

/** Declares a collection: `collection<Todo>()`, or `collection({ schema })` with the type from the schema. */
export function collection<Data extends object = Record<string, unknown>>(
  options: CollectionOptions<Data> = {},
): CollectionDefinition<Data> {
  return options;
}

// biome-ignore lint/suspicious/noExplicitAny: a collection of any data; `unknown` would refuse them all
export type AnyCollection = CollectionDefinition<any>;
export type Definitions = { readonly [name: string]: AnyCollection };

/** The data of a definition. */
export type DataOf<Definition> = Definition extends CollectionDefinition<infer Data> ? Data : never;

/** The fields of each index of a collection. */
export function indexesOf({ indexes = [] }: AnyCollection): readonly (readonly string[])[] {
  return indexes.map((fields: string | readonly string[]) => [fields].flat());
}
