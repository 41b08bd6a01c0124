// Reading bodies: decompressed with the limit applied afterwards, strict UTF-8, bounded depth, all before anything is parsed.

import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { isSynclineError, SynclineError } from "@syncline/core";
import { decodeJson, parseJson } from "../protocol/decode-json.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly tooDeep?: "invalid";
  /** Asks for room before bytes are kept; it throws where there is none. */
  take(bytes: number): void;
}

export interface BodyHeaders {
  readonly "content-encoding"?: string | undefined;
  readonly "content-length"?: string | undefined;
}

/**
 * Reads a body as JSON, or as the text of some.
 * @returns undefined for an empty text
 * @throws {SynclineError} `too_large`, `unsupported_media_type` for an encoding that is not read, `invalid`
 */
export async function readBody(
  source: Readable,
  headers: BodyHeaders,
  { as, ...limits }: BodyLimits & { readonly as: "json" | "text" },
): Promise<unknown> {
  const bytes = await collect(source, headers, limits);
  const rule = { ...limits, what: "The body" };
  if (as === "json") return parseJson(bytes, rule);
  return bytes.length === 0 ? undefined : decodeJson(bytes, rule);
}

/**
 * Collects and decompresses. When it fails, what is still to come is read and thrown away, so that the
 * connection lives until the caller has seen the answer; a stream pipeline would cut it.
 */
async function collect(
  source: Readable,
  headers: BodyHeaders,
  { maxBytes, take }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = 0;
    let size = 0;
    const chunks: Buffer[] = [];
    const decoder = decoderOf(headers["content-encoding"]);
    const output = decoder ?? source;
    let stopped = false;
    const stop = (error: SynclineError) => {
      if (stopped) return;
      stopped = true;
      chunks.length = 0;
      if (decoder !== undefined) source.unpipe(decoder);
      decoder?.destroy();
      source.resume();
      reject(error);
    };
    const tooLarge = () =>
      stop(new SynclineError("too_large", `The body is larger than ${maxBytes} bytes.`));
    const broken = (cause?: unknown) => {
      const message = "The body ended early or is not what its Content-Encoding says.";
      stop(new SynclineError("invalid", message, { cause }));
    };
    // Input is counted too: compressed data may be endless and make no output at all.
    source.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > maxBytes) tooLarge();
    });
    output.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) tooLarge();
      if (stopped) return;
      try {
        take(chunk.length);
        chunks.push(chunk);
      } catch (thrown) {
        stop(isSynclineError(thrown) ? thrown : new SynclineError("internal"));
      }
    });
    output.once("end", () => resolve(Buffer.concat(chunks, size)));
    source.once("error", broken);
    decoder?.once("error", broken);
    source.once("close", () => {
      if (!source.readableEnded) broken();
    });
    if (Number(headers["content-length"] ?? 0) > maxBytes) tooLarge();
    else if (decoder !== undefined) source.pipe(decoder);
  });
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
