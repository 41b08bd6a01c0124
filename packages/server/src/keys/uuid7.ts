// UUIDs of version 7 (RFC 9562, section 5.7): their first 48 bits are milliseconds since 1970.

import { randomBytes } from "node:crypto";

/** Makes a fresh one. @param atMs milliseconds since 1970 */
export function uuid7(atMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(atMs, 0, 6);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x70;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
