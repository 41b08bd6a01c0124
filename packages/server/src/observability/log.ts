// What is logged of a request: never a token, never a query, never a body.

import { createHash } from "node:crypto";
import type { FastifyLoggerOptions, FastifyRequest } from "fastify";

/** Takes log lines, each JSON text with a line break. */
export interface LogSink {
  write(line: string): void;
}

export type LogUsers = "hashed" | "plain" | "none";

/** What log lines call a user: a hash tells lines of one user from others', and nobody who that is. */
export function userNamer(how: LogUsers): (userId: string) => string | undefined {
  switch (how) {
    case "none":
      return () => undefined;
    case "plain":
      return (userId) => userId;
    case "hashed":
      return (userId) => createHash("sha256").update(userId).digest("base64url").slice(0, 16);
    default:
      return how satisfies never;
  }
}

/** The logger of the HTTP interface: pino's options with serializers that name what may be logged. */
export function loggerOptions(level: string, sink?: LogSink): FastifyLoggerOptions & LoggerStream {
  return {
    level,
    redact: ["req.headers", "headers", "*.authorization", "*.token"],
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        path: request.url.split("?", 1)[0],
        remoteAddress: request.ip,
      }),
      res: ({ statusCode }) => ({ statusCode }),
    },
    ...(sink === undefined ? {} : { stream: sink }),
  } as FastifyLoggerOptions & LoggerStream; // Fastify's type of `req` leaves out what it hands to serializers
}

interface LoggerStream {
  readonly stream?: LogSink;
  readonly redact?: string[];
}
