// docs/errors.md, from the catalogue.

import { ERROR_CATALOGUE, ERROR_REMEDIES, type ErrorCode } from "../packages/core/src/index.ts";

const RETRY = {
  never: "no",
  later: "later",
  "after-reset": "after a reset",
  "after-login": "after signing in",
} as const;

export function errorsPage(): string {
  // The keys of the catalogue are the codes.
  const rows = Object.entries(ERROR_CATALOGUE).map(
    ([code, { status, retry, message }]) =>
      `| \`${code}\` | ${status === 0 ? "on the device" : status} | ${RETRY[retry]} | ${message} | ${ERROR_REMEDIES[code as ErrorCode]} |`,
  );
  return [
    "# Errors",
    "",
    'Every error of the server is `{"error": {"code", "message", "path"?, "retryAfter"?}}` with the status below;',
    "errors of the client are `SynclineError`s with the same codes. Made by `npm run pages` from",
    "`packages/core/src/errors/catalogue.ts` and `remedies.ts`.",
    "",
    "| code | status | again? | meaning | what to do |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
