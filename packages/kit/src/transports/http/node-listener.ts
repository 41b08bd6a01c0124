// Mounts a fetch-style handler on node:http, and on every framework that gives its requests and responses away.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

/** A listener for `http.createServer`. */
export function toNodeListener(
  handler: (request: Request) => Promise<Response>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch(() => {
      // The other side is gone, or what it sent is no HTTP: there is nobody to tell.
      outgoing.destroy();
    });
  };
}

async function answer(
  handler: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const response = await handler(toRequest(incoming, gone.signal));
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (response.body === null) {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  // The same streams under two names of their types.
  const body = Readable.fromWeb(response.body as unknown as ReadableStream);
  await pipeline(body, outgoing);
  // What was not read of a refused request must not be taken for the next one.
  if (!incoming.complete) incoming.destroy();
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const { method = "GET" } = incoming;
  const url = new URL(`http://localhost${(incoming.url ?? "/").replace(/^\/+/, "/")}`);
  const bodiless = method === "GET" || method === "HEAD";
  return new Request(url, {
    method,
    headers,
    signal,
    ...(bodiless ? {} : { body: Readable.toWeb(incoming) as unknown as BodyInit, duplex: "half" }),
  });
}
