// What is wrong with a file that cannot be read: a code with its data, which apps put in their own words.

import { DomainError } from "../problem.ts";

/**
 * `archive`: it is no ZIP archive. `broken`, `packing`, `large`, `many`: an archive is damaged, packed in a way that is
 * not known here, holds too much, or too many files. `database`: it is damaged. `json`: it is no JSON. `empty`: there is nothing in it. `column`:
 * a column is missing. `quote`: a quote is not closed. `rows`: it has too many. `list`: something is no list.
 * `field`: something in a record has no valid value.
 */
export type DamageKind =
  | "archive"
  | "broken"
  | "packing"
  | "large"
  | "many"
  | "database"
  | "json"
  | "empty"
  | "column"
  | "quote"
  | "rows"
  | "list"
  | "field";

export interface FileDamage {
  readonly kind: DamageKind;
  /** The file, or in a file of everything the list; null where it is the whole of what was given. */
  readonly file: string | null;
  /** The row or place in it, counted from 1; null where it is not in one. */
  readonly row: number | null;
  /** Of the column or field; empty where it is of none. */
  readonly name: string;
}

/** A file that cannot be read. */
export class DamagedFileError extends DomainError {
  readonly damage: FileDamage;

  constructor(damage: FileDamage, field: string, message: string) {
    super(field, message);
    this.damage = damage;
  }
}

type Where = Partial<Omit<FileDamage, "kind">>;

/** @throws {DamagedFileError} */
export function refuseFile(
  kind: DamageKind,
  { file = null, row = null, name = "" }: Where,
  { field, message }: { readonly field: string; readonly message: string },
): never {
  throw new DamagedFileError({ kind, file, row, name }, field, message);
}

/** Reads one record of a file; what its rules refuse is told with its place. @throws {DamagedFileError} */
export function readRecord<Read>(
  { file, row }: { readonly file: string; readonly row: number | null },
  read: () => Read,
): Read {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    const { field, message } = thrown;
    const place = row === null ? file : `${file}, row ${row}`;
    return refuseFile(
      "field",
      { file, row, name: field },
      { field, message: `${place}: ${message}` },
    );
  }
}
