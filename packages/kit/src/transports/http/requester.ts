// One request to a peer: compressed where it pays, its answer bounded, its failures named.

import { type ErrorCode, isAddress, SynclineError } from "@syncline/core";
import { gzip } from "./gzip.ts";
import { LISTED } from "./push-report.ts";

export interface RequesterOptions {
  /** Where the peer's endpoints are: `https://example.com/sync`. */
  readonly url: string;
  /** Asked before every request: for tokens. */
  headers?(): Promise<{ readonly [name: string]: string }>;
  /**
   * Bodies of more bytes are sent as gzip; `Infinity` for never. 1024 where left out. A peer that does not unpack is
   * found out by its first answer, and gets bodies as they are from then on.
   */
  readonly compressAboveBytes?: number;
  /** The largest answer that is read, after decompression; 20 MiB where left out. */
  readonly maxResponseBytes?: number;
  /** For tests and for platforms of their own. */
  readonly fetch?: typeof globalThis.fetch;
}

interface RequestOptions {
  readonly body?: string | PackedBody;
  readonly signal: AbortSignal;
}

/** A body as it is sent. */
export interface PackedBody {
  /** What it says. */
  readonly text: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: { readonly [name: string]: string };
}

export interface Requester {
  /** Compresses a body where that pays. */
  pack(body: string): Promise<PackedBody>;
  /** Gives the text of an answer of status 200. */
  request(method: string, path: string, options: RequestOptions): Promise<string>;
}

const COMPRESS_ABOVE_BYTES = 1_024;
const MAX_RESPONSE_BYTES = 20 * 1024 * 1024;

const CODES: { readonly [status: number]: ErrorCode } = {
  401: "unauthenticated",
  402: "payment_required",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
  415: "unsupported_media_type",
  429: "rate_limited",
};

/** @throws {SynclineError} `config` */
export function createRequester(options: RequesterOptions): Requester {
  const {
    compressAboveBytes = COMPRESS_ABOVE_BYTES,
    maxResponseBytes = MAX_RESPONSE_BYTES,
    fetch: send = globalThis.fetch,
  } = options;
  if (!/^https?:\/\//.test(options.url) || !isAddress(options.url)) {
    throw new SynclineError("config", "The url of a peer begins with http:// or https://.");
  }
  if (!(compressAboveBytes >= 0) || !(maxResponseBytes > 0)) {
    throw new SynclineError("config", "Limits are numbers of bytes from 0 on.");
  }
  const { username, password } = new URL(options.url);
  if (username !== "" || password !== "") {
    const message = "The url of a peer has no name or password in it: give them in headers().";
    throw new SynclineError("config", message);
  }
  if (options.headers !== undefined && typeof options.headers !== "function") {
    const message =
      "headers is a function that gives the headers: it is asked before every request.";
    throw new SynclineError("config", message, { path: "headers" });
  }
  const base = options.url.replace(/\/$/, "");
  /** False once the peer has shown that it takes no packed bodies: those of the original's first generation do not. */
  let unpacks = true;
  const exchange = async (
    method: string,
    path: string,
    { body, signal }: { readonly body: PackedBody | undefined; readonly signal: AbortSignal },
  ): Promise<Answered> => {
    // What goes wrong before anything is sent is the caller's, and is not said to be the network's.
    const headers = { ...(await headersOf(options)), accept: LISTED, ...body?.headers };
    try {
      const sent = body === undefined ? {} : { body: body.bytes };
      const response = await send(`${base}${path}`, { method, signal, headers, ...sent });
      return { response, text: await readBounded(response, maxResponseBytes) };
    } catch (thrown) {
      if (thrown instanceof SynclineError) throw thrown;
      throw new SynclineError("offline", "The peer could not be reached.", { cause: thrown });
    }
  };
  const pack = (body: string) =>
    packed(body, unpacks ? compressAboveBytes : Number.POSITIVE_INFINITY);
  const request: Requester["request"] = async (method, path, { body: given, signal }) => {
    let body = typeof given === "string" ? await pack(given) : given;
    if (!unpacks && body !== undefined) body = await packed(body.text, Number.POSITIVE_INFINITY);
    let answered = await exchange(method, path, { body, signal });
    if (body !== undefined && isMisread(body, answered.response.status)) {
      const plain = await packed(body.text, Number.POSITIVE_INFINITY);
      answered = await exchange(method, path, { body: plain, signal });
      if (answered.response.status === 200) unpacks = false;
    }
    const { response, text } = answered;
    if (response.status === 200) return text;
    throw answerError(response, text);
  };
  return { pack, request };
}

interface Answered {
  readonly response: Response;
  readonly text: string;
}

/** @throws {SynclineError} `config` for what cannot be headers, `internal` when the app's function fails */
async function headersOf({ headers }: RequesterOptions): Promise<{ [name: string]: string }> {
  let given: { readonly [name: string]: string } | undefined;
  try {
    given = await headers?.();
  } catch (cause) {
    if (cause instanceof SynclineError) throw cause;
    throw new SynclineError("internal", "The function headers of this transport failed.", {
      cause,
    });
  }
  try {
    return Object.fromEntries(new Headers(given));
  } catch (cause) {
    const message = "What headers() gave cannot be sent as headers.";
    throw new SynclineError("config", message, { path: "headers", cause });
  }
}

/** Whether a packed body may have been taken for JSON. */
function isMisread({ headers }: PackedBody, status: number): boolean {
  return "content-encoding" in headers && (status === 400 || status === 415);
}

async function packed(body: string, compressAboveBytes: number): Promise<PackedBody> {
  const plain = new TextEncoder().encode(body);
  const headers = { "content-type": "application/json" };
  if (plain.length <= compressAboveBytes) return { text: body, bytes: plain, headers };
  const bytes = await gzip(plain);
  return { text: body, bytes, headers: { ...headers, "content-encoding": "gzip" } };
}

async function readBounded(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of streamOf(response.body)) {
    bytes += chunk.length;
    // Leaving the loop ends the transfer.
    if (bytes > maxBytes) {
      const message = `The answer's decompressed size exceeds limit: ${maxBytes} bytes.`;
      throw new SynclineError("too_large", message);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The chunks of a stream; not every browser's streams can be iterated. */
async function* streamOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    // What nobody reads any more is not sent either; a stream that failed cannot be cancelled.
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

function answerError(response: Response, body: string): SynclineError {
  const { status } = response;
  const code = CODES[status] ?? (status >= 500 ? "unavailable" : "invalid");
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new SynclineError(code, `The peer answered ${status}: ${body.trim().slice(0, 200)}`, {
    ...(retryAfter > 0 ? { retryAfter } : {}),
  });
}
