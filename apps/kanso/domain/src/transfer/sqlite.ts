// Reads the tables of a SQLite database file: what is stored in them, and nothing else of what SQLite can do.
// After the description of the format at https://www.sqlite.org/fileformat2.html.

import { refuseFile } from "./damage.ts";

export type SqliteValue = number | string | Uint8Array | null;
export type SqliteRow = Readonly<Record<string, SqliteValue>>;

export interface SqliteFile {
  /** The rows of a table in the order of their numbers, by the names of their columns in small letters; undefined: no such table. */
  rows(table: string): readonly SqliteRow[] | undefined;
}

const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
const LEAF = 13;
const INTERIOR = 5;
const MAX_ROWS = 2_000_000;

export function isSqlite(content: Uint8Array): boolean {
  return [...MAGIC].every((letter, at) => content[at] === letter.charCodeAt(0));
}

/** @throws {DamagedFileError} what follows no longer is a database */
export function readSqlite(content: Uint8Array, file: string): SqliteFile {
  const damaged = (): never =>
    refuseFile("database", { file }, { field: file, message: `${file} is a damaged database` });
  if (!isSqlite(content) || content.length < HEADER_BYTES) damaged();
  const reader = createReader(content, damaged);
  const tables = new Map<string, { readonly root: number; readonly columns: readonly Column[] }>();
  for (const { values } of reader.rows(1)) {
    const [type, name, , root, sql] = values;
    if (type !== "table" || typeof name !== "string") continue;
    if (typeof root !== "number" || typeof sql !== "string") continue;
    tables.set(name.toLowerCase(), { root, columns: columnsOf(sql) });
  }
  return {
    rows(name) {
      const table = tables.get(name.toLowerCase());
      if (table === undefined) return undefined;
      return reader
        .rows(table.root)
        .map(({ id, values }) =>
          Object.fromEntries(
            table.columns.map(({ name: column, isRowId }, place) => [
              column,
              isRowId ? id : (values[place] ?? null),
            ]),
          ),
        );
    },
  };
}

interface StoredRow {
  readonly id: number;
  readonly values: readonly SqliteValue[];
}

function createReader(content: Uint8Array, damaged: () => never) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const declared = view.getUint16(16);
  const pageBytes = declared === 1 ? 65_536 : declared;
  const usable = pageBytes - view.getUint8(20);
  if (pageBytes < 512 || usable < 480) damaged();
  const decoder = new TextDecoder(
    ["utf-8", "utf-8", "utf-16le", "utf-16be"][view.getUint32(56)] ?? damaged(),
  );

  /** Where a page begins; pages are counted from 1. */
  function startOf(page: number): number {
    const start = (page - 1) * pageBytes;
    return page >= 1 && start + pageBytes <= content.length ? start : damaged();
  }

  /** @returns the number, and where it ends */
  function varint(bytes: Uint8Array, from: number): readonly [value: number, end: number] {
    let value = 0;
    for (let at = from; at < from + 8; at += 1) {
      const byte = bytes[at] ?? damaged();
      value = value * 128 + (byte & 127);
      if (byte < 128) return [value, at + 1];
    }
    return [value * 256 + (bytes[from + 8] ?? damaged()), from + 9];
  }

  /** What a row holds: the part in its page, and what did not fit there in pages of its own. */
  function payloadOf(bytes: number, from: number): Uint8Array {
    const most = usable - 35;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const wanted = least + ((bytes - least) % (usable - 4));
    const here = bytes <= most ? bytes : wanted <= most ? wanted : least;
    if (bytes > content.length || from + here > content.length) damaged();
    if (here === bytes) return content.subarray(from, from + bytes);
    const whole = new Uint8Array(bytes);
    whole.set(content.subarray(from, from + here));
    let [filled, page] = [here, view.getUint32(from + here)];
    while (filled < bytes) {
      const start = startOf(page);
      const piece = Math.min(usable - 4, bytes - filled);
      whole.set(content.subarray(start + 4, start + 4 + piece), filled);
      filled += piece;
      page = view.getUint32(start);
    }
    return whole;
  }

  function readValue(type: number, bytes: Uint8Array, from: number): SqliteValue {
    const own = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (type) {
      case 0:
        return null;
      case 1:
        return own.getInt8(from);
      case 2:
        return own.getInt16(from);
      case 3:
        return own.getInt8(from) * 65_536 + own.getUint16(from + 1);
      case 4:
        return own.getInt32(from);
      case 5:
        return own.getInt16(from) * 2 ** 32 + own.getUint32(from + 2);
      case 6:
        return Number(own.getBigInt64(from));
      case 7:
        return own.getFloat64(from);
      case 8:
      case 9:
        return type - 8;
      default: {
        const piece = bytes.subarray(from, from + lengthOf(type));
        return type % 2 === 0 ? piece : decoder.decode(piece);
      }
    }
  }

  function recordOf(bytes: Uint8Array): SqliteValue[] {
    const [headerBytes, first] = varint(bytes, 0);
    const values: SqliteValue[] = [];
    let at = first;
    let from = headerBytes;
    while (at < headerBytes) {
      const [type, next] = varint(bytes, at);
      if (type === 10 || type === 11 || from + lengthOf(type) > bytes.length) damaged();
      values.push(readValue(type, bytes, from));
      from += lengthOf(type);
      at = next;
    }
    return values;
  }

  /** All rows of the table whose tree begins at a page. A page that is reached twice is no tree's. */
  function rows(root: number): StoredRow[] {
    const found: StoredRow[] = [];
    const seen = new Set<number>();
    const wanted = [root];
    for (let page = wanted.pop(); page !== undefined; page = wanted.pop()) {
      if (seen.has(page) || found.length > MAX_ROWS) damaged();
      seen.add(page);
      const start = startOf(page);
      const head = start + (page === 1 ? HEADER_BYTES : 0);
      const type = view.getUint8(head);
      const count = view.getUint16(head + 3);
      if (type !== LEAF && type !== INTERIOR) damaged();
      const cells = head + (type === LEAF ? 8 : 12);
      if (cells + 2 * count > start + pageBytes) damaged();
      const cellAt = (place: number) => start + view.getUint16(cells + 2 * place);
      if (type === INTERIOR) {
        // The last one is looked at first: its rows come last.
        wanted.push(view.getUint32(head + 8));
        for (let place = count - 1; place >= 0; place -= 1) {
          const at = cellAt(place);
          wanted.push(at + 4 <= content.length ? view.getUint32(at) : damaged());
        }
        continue;
      }
      for (let place = 0; place < count; place += 1) {
        const [bytes, afterBytes] = varint(content, cellAt(place));
        const [id, from] = varint(content, afterBytes);
        found.push({ id, values: recordOf(payloadOf(bytes, from)) });
      }
    }
    return found;
  }

  return { rows };
}

function lengthOf(type: number): number {
  return type < 12
    ? ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? 0)
    : (type - (type % 2 ? 13 : 12)) / 2;
}

interface Column {
  readonly name: string;
  /** It has no place of its own: it is the row's number. */
  readonly isRowId: boolean;
}

/** The columns of a `CREATE TABLE`, without what it says about the table as a whole. */
function columnsOf(sql: string): readonly Column[] {
  const inside = sql.slice(sql.indexOf("(") + 1, sql.lastIndexOf(")"));
  return partsOf(inside).flatMap((part): Column[] => {
    if (/^(?:constraint|primary|unique|check|foreign)\b/i.test(part)) return [];
    const name = /^(?:"([^"]*)"|`([^`]*)`|\[([^\]]*)\]|([^\s(]+))/.exec(part);
    const column = name?.slice(1).find((one) => one !== undefined);
    if (column === undefined) return [];
    return [{ name: column.toLowerCase(), isRowId: /\binteger\s+primary\s+key\b/i.test(part) }];
  });
}

/** Between the commas that stand in no brackets and no quotes. */
function partsOf(text: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (const letter of text) {
    if (quote !== "") {
      if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'" || letter === "`") quote = letter;
    else if (letter === "(") depth += 1;
    else if (letter === ")") depth -= 1;
    if (letter === "," && depth === 0 && quote === "") parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
