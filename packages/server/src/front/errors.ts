// What Fastify and Node find wrong with a request, as errors of ours; and the answer to what no protocol has.

import type { Duplex } from "node:stream";
import { type ErrorCode, isSynclineError, SynclineError } from "@syncline/core";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { errorAnswer, errorText } from "../http/error-answer.ts";
import { isToldOf } from "../observability/outages.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** Answers an error in our own words. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status = 500, headers = {}, body } = errorAnswer(fromFastify(thrown), request.id);
  if (status >= 500 && !isToldOf(thrown)) request.log.error({ err: thrown }, "request failed");
  // Fastify would cut the connection under a body that is still being sent, and the sender would see that
  // instead of the answer. The rest of the body is read and thrown away; the request's time limit ends it.
  reply.removeHeader("connection");
  reply.code(status).headers(headers).type(JSON_TYPE).serializer(String).send(body);
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
  const body = errorText(broken);
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

/** What Fastify throws as an error of ours; everything else stays what it is. */
export function fromFastify(thrown: unknown): unknown {
  if (isSynclineError(thrown) || !isFastifyError(thrown)) return thrown;
  return toSyncline(thrown) ?? thrown;
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && ("validation" in thrown || "code" in thrown);
}

/** What Fastify found before a handler ran. */
function toSyncline(error: FastifyError): SynclineError | undefined {
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
