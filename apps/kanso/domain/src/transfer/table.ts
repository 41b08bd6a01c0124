// A CSV file whose first row names its columns.

import { parseCsv } from "./csv.ts";
import { refuseFile } from "./damage.ts";

export interface Row {
  /** Where it stands. */
  readonly file: string;
  readonly row: number;
  /** The cell of a column, by any of its names; empty where there is no such column or cell. */
  cell(...names: readonly string[]): string;
  readonly cells: readonly string[];
}

/**
 * Reads a table. Columns are found by their names, in any order and case.
 * @throws {DomainError} when it is empty or a required column is missing
 */
export function readTable(file: string, text: string, required: readonly string[]): Row[] {
  const [header, ...rows] = parseCsv(text, file);
  if (header === undefined)
    return refuseFile("empty", { file }, { field: file, message: `${file} is empty` });
  const columns = new Map(header.map((name, index) => [name.trim().toLowerCase(), index]));
  for (const name of required) {
    if (columns.has(name.toLowerCase())) continue;
    const message = `${file} has no column ${name}`;
    refuseFile("column", { file, name }, { field: file, message });
  }
  return rows.map((cells, index) => ({
    file,
    row: index + 2,
    cells,
    cell(...names) {
      for (const name of names) {
        const column = columns.get(name.toLowerCase());
        if (column !== undefined) return cells[column] ?? "";
      }
      return "";
    },
  }));
}
