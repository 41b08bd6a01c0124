// Reading JSON bodies: decompressed with the limit applied afterwards, strict UTF-8, bounded depth.

import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { SynclineError } from "@syncline/core";

export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

/**
 * Reads a body as JSON.
 * @param encoding the Content-Encoding header
 * @throws {SynclineError} `too_large`, `unsupported_media_type` for an encoding that is not read, `invalid`
 */
export async function readJsonBody(
  stream: Readable,
  encoding: string | undefined,
  limits: BodyLimits,
): Promise<unknown> {
  const bytes = await collect(stream, encoding, limits.maxBytes);
  if (bytes.length === 0) throw new SynclineError("invalid", "The body is empty.");
  if (isTooDeep(bytes, limits.maxDepth)) {
    throw new SynclineError(
      "too_large",
      `The body is nested deeper than ${limits.maxDepth} levels.`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SynclineError("invalid", "The body is not valid UTF-8.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new SynclineError("invalid", "The body is not valid JSON.");
  }
}

async function collect(
  stream: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) {
        done(new SynclineError("too_large", `The body is larger than ${maxBytes} bytes.`));
        return;
      }
      chunks.push(chunk);
      done();
    },
  });
  const decoder = decoderOf(encoding);
  try {
    await (decoder === undefined ? pipeline(stream, counted) : pipeline(stream, decoder, counted));
  } catch (thrown) {
    if (thrown instanceof SynclineError) throw thrown;
    throw new SynclineError(
      "invalid",
      "The body ended early or is not what its Content-Encoding says.",
      {
        cause: thrown,
      },
    );
  }
  return Buffer.concat(chunks, size);
}

function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase() ?? "identity") {
    case "identity":
    case "":
      return undefined;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      return createInflate();
    default:
      throw new SynclineError(
        "unsupported_media_type",
        "Send the body plain, or as gzip, br or deflate.",
      );
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Counts brackets outside of strings: JSON.parse would follow any depth, and what walks the value would not. */
function isTooDeep(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
  return false;
}
