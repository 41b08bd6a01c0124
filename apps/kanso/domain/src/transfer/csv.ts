// CSV as RFC 4180 describes it and spreadsheets write it: quotes, doubled quotes, line breaks inside of quotes.

import { refuseFile } from "./damage.ts";

const MAX_ROWS = 1_000_000;

/**
 * Reads a CSV text into rows of cells. Takes every kind of line break, a byte order mark, and a last line
 * without one; empty lines are left out.
 * @param file what it is called, for the error
 * @throws {DamagedFileError} when a quote is not closed, or there are too many rows
 */
export function parseCsv(text: string, file: string | null = null): string[][] {
  const rows: string[][] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const { cells, next } = readRow(text, at, { file, row: rows.length + 1 });
    at = next;
    if (cells.length > 1 || cells[0] !== "") rows.push(cells);
    if (rows.length > MAX_ROWS) {
      const message = `the file has more than ${MAX_ROWS} rows`;
      refuseFile("rows", { file }, { field: "csv", message });
    }
  }
  return rows;
}

interface Place {
  readonly file: string | null;
  readonly row: number;
}

function readRow(text: string, from: number, place: Place): { cells: string[]; next: number } {
  const cells: string[] = [];
  let at = from;
  for (;;) {
    const quoted = text.charAt(at) === '"';
    const end = quoted ? quotedEnd(text, at + 1, place) : at;
    const plain = plainEnd(text, quoted ? end + 1 : at);
    // What stands between a closing quote and the comma belongs to the cell as it is.
    cells.push(
      quoted
        ? text.slice(at + 1, end).replaceAll('""', '"') + text.slice(end + 1, plain)
        : text.slice(at, plain),
    );
    if (text.charAt(plain) !== ",")
      return { cells, next: plain + (text.startsWith("\r\n", plain) ? 2 : 1) };
    at = plain + 1;
  }
}

function plainEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !",\r\n".includes(text.charAt(at))) at += 1;
  return at;
}

function quotedEnd(text: string, from: number, place: Place): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text.charAt(at + 1) === '"') at = text.indexOf('"', at + 2);
  if (at !== -1) return at;
  const message = `row ${place.row}: a quote is not closed`;
  return refuseFile("quote", place, { field: "csv", message });
}

/** Writes rows, each ended by a line feed. */
export function formatCsv(rows: Iterable<readonly string[]>): string {
  let text = "";
  for (const row of rows) text += `${row.map((cell) => quote(cell, row.length)).join(",")}\n`;
  return text;
}

function quote(cell: string, cells: number): string {
  const needed = /[",\r\n\uFEFF]|^\s|\s$/.test(cell) || (cells === 1 && cell === "");
  return needed ? `"${cell.replaceAll('"', '""')}"` : cell;
}
