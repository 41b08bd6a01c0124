// Reading JSON bodies: decompressed with the limit applied afterwards, strict UTF-8, bounded depth.

import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { SynclineError } from "@syncline/core";
import { isTooDeep } from "./json-depth.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Asks for room before bytes are kept; it throws where there is none. */
  take(bytes: number): void;
}

export interface BodyHeaders {
  readonly "content-encoding"?: string | undefined;
  readonly "content-length"?: string | undefined;
}

/**
 * Reads a body as JSON.
 * @throws {SynclineError} `too_large`, `unsupported_media_type` for an encoding that is not read, `invalid`
 */
export async function readJsonBody(
  source: Readable,
  headers: BodyHeaders,
  limits: BodyLimits,
): Promise<unknown> {
  const bytes = await collect(source, headers, limits);
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

/**
 * Collects and decompresses. When it fails, what is still to come is read and thrown away, so that the
 * connection lives until the caller has seen the answer; a stream pipeline would cut it.
 */
function collect(
  source: Readable,
  headers: BodyHeaders,
  { maxBytes, take }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = 0;
    let size = 0;
    const chunks: Buffer[] = [];
    const stop = (error: SynclineError) => {
      source.off("data", count);
      decoder?.off("data", keep);
      if (decoder !== undefined) source.unpipe(decoder);
      decoder?.destroy();
      chunks.length = 0;
      source.on("data", () => {}).resume();
      reject(error);
    };
    const tooLarge = () =>
      stop(new SynclineError("too_large", `The body is larger than ${maxBytes} bytes.`));
    const broken = (cause: unknown) =>
      stop(
        new SynclineError(
          "invalid",
          "The body ended early or is not what its Content-Encoding says.",
          { cause },
        ),
      );
    // Input is counted too: compressed data may be endless and make no output at all.
    const count = (chunk: Buffer) => {
      received += chunk.length;
      if (received > maxBytes) tooLarge();
    };
    const keep = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) return tooLarge();
      try {
        take(chunk.length);
      } catch (thrown) {
        return stop(thrown instanceof SynclineError ? thrown : new SynclineError("internal"));
      }
      chunks.push(chunk);
    };
    let decoder: Transform | undefined;
    try {
      decoder = decoderOf(headers["content-encoding"]);
    } catch (thrown) {
      stop(thrown instanceof SynclineError ? thrown : new SynclineError("internal"));
      return;
    }
    if (Number(headers["content-length"] ?? 0) > maxBytes) {
      tooLarge();
      return;
    }
    const output = decoder ?? source;
    source.once("error", broken);
    source.once("close", () => {
      if (!source.readableEnded) broken(undefined);
    });
    source.on("data", count);
    decoder?.once("error", broken);
    output.on("data", keep);
    output.once("end", () => resolve(Buffer.concat(chunks, size)));
    if (decoder !== undefined) source.pipe(decoder);
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
