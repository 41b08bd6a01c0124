// Which pages may call: origins, each with one `*` at most, answered as the original does.

import type { FastifyReply, FastifyRequest } from "fastify";

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "OPTIONS"]);
const HEADERS: ReadonlySet<string> = new Set(["authorization", "content-type", "x-client-id"]);

/** Tells whether a page of an origin may call. */
export function originCheck(origins: readonly string[]): (origin: string) => boolean {
  const patterns = origins.map((origin) => {
    const [head = "", tail] = origin.toLowerCase().split("*", 2);
    return { head, tail };
  });
  return (given) => {
    const origin = given.toLowerCase();
    return patterns.some(({ head, tail }) =>
      tail === undefined
        ? origin === head
        : origin.length >= head.length + tail.length &&
          origin.startsWith(head) &&
          origin.endsWith(tail),
    );
  };
}

/** Adds the headers of an answer, and answers a preflight; true when it did. */
export function answerCors(
  request: FastifyRequest,
  reply: FastifyReply,
  isAllowed: (origin: string) => boolean,
): boolean {
  const { origin, "access-control-request-headers": headers } = request.headers;
  const method = request.headers["access-control-request-method"];
  const isPreflight = request.method === "OPTIONS" && method !== undefined;
  reply.header(
    "vary",
    isPreflight
      ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
      : "Origin",
  );
  const asked = String(headers ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const fits = !isPreflight || (METHODS.has(method) && asked.every((name) => HEADERS.has(name)));
  if (origin !== undefined && isAllowed(origin) && fits) {
    reply.header("access-control-allow-origin", origin);
    if (isPreflight) reply.header("access-control-allow-methods", method);
    if (isPreflight && asked.length > 0)
      reply.header("access-control-allow-headers", asked.join(", "));
    reply.header("access-control-allow-credentials", "true");
  }
  return isPreflight;
}
