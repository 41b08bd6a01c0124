// Reading request bodies safely: the declared type and size first, then bytes and inflated bytes under limits.

import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isTooDeep } from "@syncline/core";

const inflate = promisify(gunzip);
/**
 * What is nested deeper is not parsed. Events may be nested less deep than this: one that is too deep, and not by far, is
 * refused by itself, and the others of its push are stored.
 */
export const MAX_BODY_DEPTH = 1_000;
const MIN_CHUNK = 1_024;
const MAX_CHUNK = 1_048_576;

export interface BodyLimits {
  /** As it arrives. */
  readonly requestBytes: number;
  /** After decompression. */
  readonly inflatedBytes: number;
}

/** A refusal as the original words it. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws {Refusal} 400, 413 or 415 */
export async function readBody(request: Request, limits: BodyLimits): Promise<string> {
  const type = request.headers.get("content-type");
  if (type !== null && !type.startsWith("application/json")) {
    throw new Refusal(415, "unsupported media type");
  }
  if (Number(request.headers.get("content-length") ?? 0) > limits.requestBytes) {
    const message = `request body too large: maximum size is ${limits.requestBytes} bytes`;
    throw new Refusal(413, message);
  }
  const encoding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (encoding !== "" && encoding !== "gzip") {
    const message = `unsupported content encoding: ${encoding.slice(0, 100)} (only gzip is supported)`;
    throw new Refusal(415, message);
  }
  const max =
    encoding === "gzip" ? limits.requestBytes : Math.min(limits.requestBytes, limits.inflatedBytes);
  const bytes = await collect(request.body, max);
  const plain = encoding === "gzip" ? await unpack(bytes, limits.inflatedBytes) : bytes;
  if (isTooDeep(plain, MAX_BODY_DEPTH)) {
    throw new Refusal(
      413,
      `request body nested too deep: maximum depth is ${MAX_BODY_DEPTH} levels`,
    );
  }
  // Invalid UTF-8 becomes U+FFFD, as the original's reader makes it.
  return new TextDecoder().decode(plain);
}

async function collect(body: ReadableStream<Uint8Array> | null, max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.length;
      if (bytes > max) throw new Refusal(413, "http: request body too large");
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    throw new Refusal(400, "the body ended too early");
  }
  return Buffer.concat(chunks, bytes);
}

async function unpack(bytes: Uint8Array, max: number): Promise<Uint8Array> {
  // Every chunk is a way to another thread and back. Most events shrink to a tenth.
  const chunkSize = Math.min(Math.max(16 * bytes.length, MIN_CHUNK), MAX_CHUNK);
  try {
    return await inflate(bytes, { maxOutputLength: max, chunkSize });
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new Refusal(413, "decompressed data exceeds maximum size limit");
    }
    // One that stops in the middle has a header that is right.
    const cut = code === "Z_BUF_ERROR" && bytes.length >= 10;
    const why = cut ? "unexpected EOF" : "gzip: invalid header";
    throw new Refusal(400, `invalid gzip data: ${why}`);
  }
}
