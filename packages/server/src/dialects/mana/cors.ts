// Which pages may call: origins, each with one `*` at most, answered as the original does.

import type { Answer, Call } from "../../protocol/port.ts";

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

/** The headers of an answer, and the answer to a preflight. */
export function corsOf(
  call: Call,
  isAllowed: (origin: string) => boolean,
): { readonly headers: { readonly [name: string]: string }; readonly answer?: Answer } {
  const origin = call.header("origin");
  const method = call.header("access-control-request-method");
  const isPreflight = call.method === "OPTIONS" && method !== undefined;
  const asked = (call.header("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const fits = !isPreflight || (METHODS.has(method) && asked.every((name) => HEADERS.has(name)));
  const allowed = origin !== undefined && isAllowed(origin) && fits;
  const headers = {
    vary: isPreflight
      ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
      : "Origin",
    ...(allowed
      ? {
          "access-control-allow-origin": origin,
          ...(isPreflight ? { "access-control-allow-methods": method } : {}),
          ...(isPreflight && asked.length > 0
            ? { "access-control-allow-headers": asked.join(", ") }
            : {}),
          "access-control-allow-credentials": "true",
        }
      : {}),
  };
  return isPreflight ? { headers, answer: { status: 204 } } : { headers };
}
