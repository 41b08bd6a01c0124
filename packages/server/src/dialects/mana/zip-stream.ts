// A ZIP archive that is written as it goes: each file is packed piece by piece, and what is known of it only at its end
// stands behind it.

import { constants, crc32, deflateRawSync } from "node:zlib";

const LOCAL = 0x04034b50;
const BEHIND = 0x08074b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** Sizes and sum stand behind the file; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1 January 1980: a ZIP has no earlier date. */
const DOS_DATE = 0x0021;
const MAX_BYTES = 0xffff_ffff;
const NOTHING = Buffer.alloc(0);

export interface ZipStream {
  /** Begins a file; it ends with the next, or with the archive. */
  file(name: string): void;
  add(text: string): void;
  end(): void;
}

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  crc: number;
  packed: number;
  size: number;
}

/** @param send takes the archive's bytes, in their order */
export function createZipStream(send: (bytes: Uint8Array) => void): ZipStream {
  const entries: Entry[] = [];
  let offset = 0;
  let open: Entry | undefined;

  function put(bytes: Uint8Array): void {
    offset += bytes.length;
    if (offset > MAX_BYTES) throw new Error("an archive of this form holds no more than 4 GiB");
    send(bytes);
  }

  function pack(entry: Entry, bytes: Uint8Array, finishFlush: number): void {
    const packed = deflateRawSync(bytes, { finishFlush });
    entry.packed += packed.length;
    put(packed);
  }

  function close(): void {
    if (open === undefined) return;
    pack(open, NOTHING, constants.Z_FINISH);
    put(numbers([BEHIND, 4], ...sums(open)));
    open = undefined;
  }

  return {
    file(text) {
      close();
      const name = Buffer.from(text);
      open = { name, offset, crc: 0, packed: 0, size: 0 };
      entries.push(open);
      put(
        numbers(
          [LOCAL, 4],
          [VERSION, 2],
          [FLAGS, 2],
          [DEFLATED, 2],
          [0, 2],
          [DOS_DATE, 2],
          [0, 4],
          [0, 4],
          [0, 4],
          [name.length, 2],
          [0, 2],
        ),
      );
      put(name);
    },
    add(text) {
      if (open === undefined) throw new Error("no file was begun");
      const bytes = Buffer.from(text);
      open.crc = crc32(bytes, open.crc);
      open.size += bytes.length;
      // Each piece ends where it can be unpacked up to, and the next goes on from there.
      pack(open, bytes, constants.Z_SYNC_FLUSH);
    },
    end() {
      close();
      const begin = offset;
      for (const entry of entries) {
        const { name } = entry;
        put(
          numbers(
            [ENTRY, 4],
            [VERSION, 2],
            [VERSION, 2],
            [FLAGS, 2],
            [DEFLATED, 2],
            [0, 2],
            [DOS_DATE, 2],
            ...sums(entry),
            [name.length, 2],
            ...Array<[number, number]>(4).fill([0, 2]),
            [0, 4],
            [entry.offset, 4],
          ),
        );
        put(name);
      }
      const count = entries.length;
      put(
        numbers(
          [END, 4],
          [0, 2],
          [0, 2],
          [count, 2],
          [count, 2],
          [offset - begin, 4],
          [begin, 4],
          [0, 2],
        ),
      );
    },
  };
}

function sums({ crc, packed, size }: Entry): [value: number, bytes: number][] {
  return [
    [crc, 4],
    [packed, 4],
    [size, 4],
  ];
}

/** Numbers as a ZIP has them, the lowest byte first. */
function numbers(...parts: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    parts.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}
