// The only place that turns an error into a response.

import { type ErrorBody, type ErrorCode, isSynclineError, SynclineError } from "@syncline/core";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toSynclineError(thrown, request);
  if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, "request failed");
  if (error.code === "unauthenticated") reply.header("www-authenticate", "Bearer");
  if (error.retryAfter !== undefined)
    reply.header("retry-after", String(Math.ceil(error.retryAfter)));
  const body: { error: ErrorBody } = { error: error.toBody() };
  reply
    .code(error.status)
    .type("application/json; charset=utf-8")
    .serializer(String)
    .send(JSON.stringify(body));
}

function toSynclineError(thrown: unknown, request: FastifyRequest): SynclineError {
  if (isSynclineError(thrown)) return thrown;
  const error = isFastifyError(thrown) ? fromFastify(thrown) : undefined;
  return (
    error ??
    new SynclineError(
      "internal",
      `Something went wrong that should not. It is logged as request ${request.id}.`,
      {
        cause: thrown,
      },
    )
  );
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && "code" in thrown;
}

/** What Fastify found before a handler ran. */
function fromFastify(error: FastifyError): SynclineError | undefined {
  const [problem] = error.validation ?? [];
  if (problem !== undefined) {
    const missing = problem.params["missingProperty"] ?? problem.params["additionalProperty"];
    const parts = [
      ...problem.instancePath.split("/").slice(1),
      ...(missing === undefined ? [] : [String(missing)]),
    ];
    return made("invalid", `This ${problem.message ?? "is malformed"}.`, parts.join("."));
  }
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return made("too_large", "The body is larger than the limit.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return made("unsupported_media_type", "Send the body as application/json.");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return made("invalid", "The body is empty.");
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? made("invalid", "The request is malformed.")
        : undefined;
  }
}

function made(code: ErrorCode, message: string, path = ""): SynclineError {
  return new SynclineError(code, message, path === "" ? {} : { path });
}
