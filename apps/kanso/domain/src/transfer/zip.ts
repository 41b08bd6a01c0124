// ZIP archives of text files: what Loop exports, and what is given to people to keep. Unpacking deflated files is the
// platform's work and comes as an argument.

import type { Files } from "./archive.ts";
import { type DamageKind, refuseFile } from "./damage.ts";
import { decodeText } from "./text.ts";

/** Unpacks raw deflate data; must fail, or give no more than `maxBytes` and one byte, when there is more. */
export type Inflate = (data: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

/** All files together: five years of a hundred habits are a tenth of it. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 5_000;
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 65_535;
const STORED = 0;
const DEFLATED = 8;
const UTF8_NAMES = 0x0800;
/** 1 January 1980: a ZIP has no earlier date, and the same data gives the same file. */
const DOS_DATE = 0x0021;

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/**
 * Reads the text files of a ZIP archive, by their paths. Folders, and files that are no CSV or JSON, are left out.
 * @throws {DomainError} when it is no archive, is damaged, or holds too much
 */
export async function readZip(archive: Uint8Array, inflate: Inflate): Promise<Files> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const files = new Map<string, string>();
  let left = MAX_BYTES;
  for (const entry of readEntries(archive, view)) {
    if (!/\.(csv|json)$/i.test(entry.path)) continue;
    if (entry.bytes > left) refuseZip("large", "the archive holds too much");
    const data = await unpack(archive, view, { entry, inflate });
    left -= data.length;
    files.set(entry.path, decodeText(data));
  }
  return files;
}

function readEntries(archive: Uint8Array, view: DataView): Entry[] {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (count > MAX_FILES) refuseZip("many", "the archive holds too many files");
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY) damaged();
    const nameBytes = view.getUint16(at + 28, true);
    const from = at + ENTRY_BYTES;
    entries.push({
      path: new TextDecoder().decode(archive.subarray(from, from + nameBytes)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = from + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** The directory's end lies at the archive's, before a comment. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at -= 1)
    if (view.getUint32(at, true) === END) return at;
  return refuseZip("archive", "this is no ZIP archive");
}

async function unpack(
  archive: Uint8Array,
  view: DataView,
  { entry, inflate }: { readonly entry: Entry; readonly inflate: Inflate },
): Promise<Uint8Array> {
  const { offset, packedBytes, bytes, method, crc } = entry;
  if (offset + LOCAL_BYTES > archive.length || view.getUint32(offset, true) !== LOCAL) damaged();
  const from =
    offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const packed = archive.subarray(from, from + packedBytes);
  if (packed.length !== packedBytes) damaged();
  if (method !== STORED && method !== DEFLATED)
    refuseZip("packing", "the archive is packed in a way that is not known here");
  const data = method === STORED ? packed : await inflate(packed, bytes).catch(damaged);
  if (data.length !== bytes || crcOf(data) !== crc) damaged();
  return data;
}

function damaged(): never {
  return refuseZip("broken", "the archive is damaged");
}

function refuseZip(kind: DamageKind, message: string): never {
  return refuseFile(kind, {}, { field: "zip", message });
}

/** Writes files as a ZIP archive, as they are: texts this small need no packing to be sent. */
export function writeZip(files: Files): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [path, text] of files) {
    const name = new TextEncoder().encode(path);
    const data = new TextEncoder().encode(text);
    // Version, flags, method, time, date, sum and sizes: the same in both places.
    const common = [
      [2, 20],
      [2, UTF8_NAMES],
      [2, STORED],
      [2, 0],
      [2, DOS_DATE],
      [4, crcOf(data)],
      [4, data.length],
      [4, data.length],
      [2, name.length],
      [2, 0],
    ] as const;
    const local = [fields([[4, LOCAL], ...common]), name, data];
    const attributes = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ] as const;
    directory.push(fields([[4, ENTRY], [2, 20], ...common, ...attributes]), name);
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields([
    [4, END],
    [4, 0],
    [2, files.size],
    [2, files.size],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  return concat([...parts, ...directory, end]);
}

/** Numbers in little-endian order, each with its length in bytes. */
function fields(list: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(list.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of list) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crcOf(data: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of data) rest = (CRC_TABLE[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
