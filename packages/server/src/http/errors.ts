// The only place that turns an error into a response.

import type { Duplex } from "node:stream";
import { type ErrorBody, type ErrorCode, isSynclineError, SynclineError } from "@syncline/core";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isToldOf } from "../observability/outages.ts";
import { RateLimited } from "../rate/throttle.ts";
import { sendBudget } from "./rate-headers.ts";

const JSON_TYPE = "application/json; charset=utf-8";

export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toSynclineError(thrown, request);
  if (error.status >= 500 && !isToldOf(thrown))
    request.log.error({ err: thrown, code: error.code }, "request failed");
  if (error.code === "unauthenticated") reply.header("www-authenticate", "Bearer");
  if (error instanceof RateLimited) sendBudget(reply, error.budget);
  const { retryAfter } = error;
  if (retryAfter !== undefined) reply.header("retry-after", String(Math.ceil(retryAfter)));
  // Fastify would cut the connection under a body that is still being sent, and the sender would see that
  // instead of the answer. The rest of the body is read and thrown away; the request's time limit ends it.
  reply.removeHeader("connection");
  reply
    .code(error.status > 0 ? error.status : 500)
    .header("x-content-type-options", "nosniff") // addresses that cannot be read get here before any hook
    .type(JSON_TYPE)
    .serializer(String)
    .send(bodyOf(error));
}

/** Answers what is no HTTP request, or one that did not arrive in time, and ends the connection. */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Duplex,
): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, broken] = toBrokenRequest(error.code);
  const body = bodyOf(broken);
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(), // whether or not the other side closes too
  );
}

function toBrokenRequest(code: string | undefined): [status: string, error: SynclineError] {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [
        "408 Request Timeout",
        new SynclineError("unavailable", "The request did not arrive in time."),
      ];
    case "HPE_HEADER_OVERFLOW":
      return [
        "431 Request Header Fields Too Large",
        new SynclineError("too_large", "The request's headers are too large."),
      ];
    default:
      return ["400 Bad Request", new SynclineError("invalid", "This is no HTTP request.")];
  }
}

function bodyOf(error: SynclineError): string {
  const body: { error: ErrorBody } = { error: error.toBody() };
  return JSON.stringify(body);
}

function toSynclineError(thrown: unknown, request: FastifyRequest): SynclineError {
  if (isSynclineError(thrown)) return thrown;
  const error = isFastifyError(thrown) ? fromFastify(thrown) : undefined;
  return (
    error ??
    new SynclineError(
      "internal",
      `Something went wrong that should not. It is logged as request ${request.id}.`,
      { cause: thrown },
    )
  );
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && ("validation" in thrown || "code" in thrown);
}

/** What Fastify found before a handler ran. */
function fromFastify(error: FastifyError): SynclineError | undefined {
  const [problem] = error.validation ?? [];
  if (problem !== undefined) return fromValidation(problem);
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return made("too_large", "The body is larger than the limit.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return made("unsupported_media_type", "Send the body as application/json.");
    case "FST_ERR_BAD_URL":
    case "FST_ERR_MAX_PARAM_LENGTH":
      return made("invalid", "The address is malformed, or a part of it is too long.");
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? made("invalid", "The request is malformed.")
        : undefined;
  }
}

type Problem = NonNullable<FastifyError["validation"]>[number];

function fromValidation({
  instancePath,
  params,
  message = "is malformed",
}: Problem): SynclineError {
  const missing = params["missingProperty"];
  const extra = params["additionalProperty"];
  const name = missing ?? extra;
  const path = [
    ...instancePath.split("/").slice(1).map(unescapePointer),
    ...(name === undefined ? [] : [String(name)]),
  ];
  if (missing !== undefined) return made("invalid", "This is required.", path.join("."));
  if (extra !== undefined) return made("invalid", "This is not expected here.", path.join("."));
  return made("invalid", `This ${message}.`, path.join("."));
}

/** JSON pointers write `/` as `~1` and `~` as `~0`. */
function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function made(code: ErrorCode, message: string, path = ""): SynclineError {
  return new SynclineError(code, message, path === "" ? {} : { path });
}
