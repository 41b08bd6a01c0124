// ZIP archives: ours read back, one of another program, and what is damaged or holds too much.

import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LOOP } from "../testing/sample.ts";
import { readZip, writeZip } from "./zip.ts";

const inflate = async (data: Uint8Array, maxBytes: number) =>
  new Uint8Array(inflateRawSync(data, { maxOutputLength: maxBytes + 1 }));

test("what is written reads as it was", async () => {
  expect(await readZip(writeZip(LOOP), inflate)).toEqual(LOOP);
  expect(await readZip(writeZip(new Map()), inflate)).toEqual(new Map());
  expect(writeZip(LOOP)).toEqual(writeZip(LOOP));
});

/** As other programs write them: packed, with an extra field, a folder and a comment. */
function packed(path: string, text: string, claim = Buffer.byteLength(text)): Uint8Array {
  const data = Buffer.from(text);
  const body = deflateRawSync(data);
  const name = Buffer.from(path);
  const extra = Buffer.from([0x55, 0x54, 1, 0, 0]);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(body.length, 14);
  common.writeUInt32LE(claim, 18);
  common.writeUInt16LE(name.length, 22);
  common.writeUInt16LE(extra.length, 24);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, extra, body]);
  const tail = Buffer.alloc(14);
  const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, tail, name, extra]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  end.writeUInt16LE(5, 20);
  return new Uint8Array(Buffer.concat([local, entry, end, Buffer.from("hello")]));
}

test("a packed file with extra fields and a comment", async () => {
  const text = "Date,Value,Notes\n".repeat(500);
  expect(await readZip(packed("001 Läuft/Checkmarks.csv", text), inflate)).toEqual(
    new Map([["001 Läuft/Checkmarks.csv", text]]),
  );
  expect(await readZip(packed("photo.jpg", text), inflate)).toEqual(new Map());
});

test.each([
  ["nothing", new Uint8Array(), "this is no ZIP archive", "archive"],
  [
    "another file",
    new TextEncoder().encode("Position,Name\n".repeat(9)),
    "this is no ZIP archive",
    "archive",
  ],
  [
    "a cut one",
    packed("a.csv", "x".repeat(99)).subarray(0, 60),
    "this is no ZIP archive",
    "archive",
  ],
  [
    "one that is larger than it says",
    packed("a.csv", "x".repeat(99), 5),
    "the archive is damaged",
    "broken",
  ],
  ["one that is smaller", packed("a.csv", "x".repeat(99), 500), "the archive is damaged", "broken"],
  ["one that holds too much", packed("a.csv", "x", 2 ** 31), "the archive holds too much", "large"],
])("%s is refused", async (_name, archive, message, kind) => {
  await expect(readZip(archive, inflate)).rejects.toMatchObject({ message, damage: { kind } });
});

test("damage anywhere is refused, or harms nothing that is read", async () => {
  const good = packed("a.csv", "Date,Value,Notes\n".repeat(50));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const bad = good.slice();
        bad[at] = (bad[at] ?? 0) ^ flip;
        const read = await readZip(bad, inflate).catch((thrown: unknown) => {
          expect(thrown).toMatchObject({ name: "DomainError" });
          return new Map<string, string>();
        });
        for (const text of read.values()) expect(text).toBe("Date,Value,Notes\n".repeat(50));
      },
    ),
    { numRuns: 600 },
  );
});
