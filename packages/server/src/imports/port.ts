// What an app brings so that `syncline import NAME` reads the database of the server that came before it.

import type { Fields } from "@syncline/core";

/** The other system's database, which is only read. */
export interface ImportSource {
  query<Of extends object>(text: string, values?: readonly unknown[]): Promise<Of[]>;
}

export interface ImportedPerson {
  readonly userId: string;
  /** In lower case. */
  readonly email: string;
  /** A hash of bcrypt, which is replaced by one of ours when the person signs in; or one of ours. */
  readonly secret: string;
  readonly createdAtMs: number;
}

/** A record as it is there, in the fields that it has here. */
export interface ImportedRow {
  readonly collection: string;
  readonly id: string;
  /** Of how many writes it came; devices name it when they edit. */
  readonly version: number;
  /** Microseconds since 1970 of its last write: a cursor that a device has from there stands where it stood. */
  readonly updatedAt: number;
  /** Milliseconds since 1970; null where it is there. */
  readonly deletedAtMs: number | null;
  readonly fields: Fields;
}

/** A row that can be no record here, and why. */
export interface ImportProblem {
  readonly problem: string;
}

/** Variables of another server, and what says the same here. */
export type FormerVariables = { readonly [name: string]: string };

export interface ImportDefinition {
  /** As the command names it. */
  readonly name: string;
  /** The variables that its server read: who sets one at a start is told what is read in its place. */
  readonly variables?: FormerVariables;
  /** The app whose personal spaces the records are put into. */
  readonly app: string;
  /**
   * How much there is, by what an operator calls it.
   * @throws {SynclineError} `not_found` where this is no database of that system
   */
  count(source: ImportSource): Promise<{ readonly [what: string]: number }>;
  /** Everybody, a page at a time. */
  people(source: ImportSource): AsyncIterable<readonly ImportedPerson[]>;
  /** What is somebody's, in the order in which it was written, a page at a time. */
  rows(
    source: ImportSource,
    person: ImportedPerson,
  ): AsyncIterable<readonly (ImportedRow | ImportProblem)[]>;
}
