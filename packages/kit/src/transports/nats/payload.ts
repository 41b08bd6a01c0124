// Messages over NATS: JSON, packed, because a message has a megabyte at most.

import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { SynclineError } from "@syncline/core";

const deflate = promisify(gzip);
const inflate = promisify(gunzip);

/** After unpacking. */
const MAX_INFLATED_BYTES = 20 * 1024 * 1024;
/** Characters of what is gathered into one message; a single event may have more, as long as it can be packed. */
export const MESSAGE_CHARACTERS = 250_000;

/** @throws {SynclineError} `too_large` for what does not fit, however it is packed */
export async function pack(text: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = await deflate(Buffer.from(text));
  if (bytes.length <= maxBytes) return bytes;
  const message = `A message over NATS has ${maxBytes} bytes at most, and an event has to fit into one.`;
  throw new SynclineError("too_large", message);
}

/** @throws {SynclineError} `invalid` for what was not packed so, or is larger than what is read */
export async function unpack(bytes: Uint8Array): Promise<string> {
  try {
    return (await inflate(bytes, { maxOutputLength: MAX_INFLATED_BYTES })).toString();
  } catch (cause) {
    throw new SynclineError("invalid", "The message is not packed as it should be.", { cause });
  }
}
