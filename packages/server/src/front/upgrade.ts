// The door of sockets: which one is asked for, by whom, and the answer to who may not.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { SynclineError } from "@syncline/core";
import { errorText } from "../http/error-answer.ts";
import type { SocketCall, SocketRoute } from "../protocol/socket.ts";
import type { SocketOptions } from "./sockets.ts";

export interface FoundSocket extends SocketCall {
  readonly route: SocketRoute;
}

/**
 * @param matched told of the socket that is asked for, in whose words a refusal is
 * @throws {SynclineError} why none is opened
 */
export function findSocket(
  { url = "", headers }: IncomingMessage,
  {
    routes,
    corsOrigins,
    closing,
    overloaded,
  }: Pick<SocketOptions, "routes" | "corsOrigins" | "closing" | "overloaded">,
  matched: (route: SocketRoute) => void,
): FoundSocket {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  for (const route of routes) {
    const params = match(path, route.path);
    if (params === undefined) continue;
    matched(route);
    if (route.noQuery === true && at >= 0) {
      throw new SynclineError(
        "invalid",
        "Send the token as the first message, never in the address. This one may be in logs now: withdraw it.",
      );
    }
    if (closing())
      throw new SynclineError("unavailable", "The server is shutting down.", { retryAfter: 2 });
    const busy = overloaded();
    if (busy !== undefined) throw busy;
    const { origin, host } = headers;
    const isStranger =
      origin !== undefined && !corsOrigins.includes(origin) && !isOwn(origin, host);
    if (isStranger && route.anyOrigin !== true)
      throw new SynclineError("forbidden", "Pages of this origin may not connect.");
    const asked = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim());
    if (
      asked !== undefined &&
      route.subprotocol !== undefined &&
      !asked.includes(route.subprotocol)
    )
      throw new SynclineError("incompatible", `This server speaks ${route.subprotocol}.`);
    return { route, params };
  }
  throw new SynclineError("not_found", "There is no socket here.");
}

/** @throws {SynclineError} `invalid` for a part that is no UTF-8 */
function match(path: string, pattern: string): { readonly [name: string]: string } | undefined {
  const given = path.split("/");
  const wanted = pattern.split("/");
  if (given.length !== wanted.length) return undefined;
  const params: { [name: string]: string } = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    if (!part.startsWith(":")) {
      if (text !== part) return undefined;
    } else if (text === "") {
      return undefined;
    } else {
      params[part.slice(1)] = decode(text);
    }
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new SynclineError("invalid", "The address is malformed.", { cause });
  }
}

/** Whether a page was served by this very server. */
function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

export function refuseUpgrade(
  socket: Duplex,
  error: SynclineError,
  route: SocketRoute | undefined,
): void {
  const { type, body } = route?.refuse(error) ?? {
    type: "application/json; charset=utf-8",
    body: errorText(error),
  };
  const retry = error.retryAfter === undefined ? "" : `Retry-After: ${error.retryAfter}\r\n`;
  socket.end(
    `HTTP/1.1 ${error.status} Refused\r\nConnection: close\r\n${retry}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(), // whether or not the other side closes too
  );
}
