// The rows of load, and of what lies around the protocols.

import { row, SERVER, type SecurityRow } from "./row.ts";

export const LOAD: readonly SecurityRow[] = [
  row(
    "D01",
    "odd origins, on sockets and requests",
    "only those that are named, exactly",
    [`${SERVER}/front/browsers.test.ts`, "CORS (D01, D02)"],
    [`${SERVER}/live/sockets-refusals.test.ts`, "pages of allowed origins"],
  ),
  row("D02", "a reflected origin with credentials", "never", [
    `${SERVER}/front/browsers.test.ts`,
    "credentials are never allowed",
  ]),
  row(
    "D03",
    "another site's page that uses the session's cookie",
    "refused by its origin; browsers do not send it",
    [`${SERVER}/accounts/session-cookie.test.ts`, "signs nobody in or out by it"],
  ),
  row(
    "D04",
    "slow headers, slow bodies, and readers who do not read",
    "given up in time, and bounded meanwhile",
    [`${SERVER}/front/body.test.ts`, "headers that do not end are given up"],
    [`${SERVER}/front/stream-lines.test.ts`, "a reader that does not read is not fed"],
    [`${SERVER}/live/event-stream.test.ts`, "a reader that stops reading is bounded"],
  ),
  row(
    "D05",
    "many sockets, streams and connections",
    "counted per user and per server",
    [
      `${SERVER}/live/sockets-refusals.test.ts`,
      "sockets of a user, and subscriptions of a socket, are counted",
    ],
    [`${SERVER}/create-server.test.ts`, "connections beyond the limit are closed"],
  ),
  row(
    "D06",
    "forged addresses of proxies",
    "believed only of those that are named; IPv6 counts by /64",
    [`${SERVER}/front/rate-limits.test.ts`, "as its proxy says only where that is trusted"],
    [`${SERVER}/accounts/attempts.test.ts`, "in IPv6 a /64 does"],
  ),
  row(
    "D07",
    "a burst over several nodes, and by messages of sockets",
    "one budget for all",
    [
      `${SERVER}/front/rate-limits.test.ts`,
      "a burst over both gets no more than one node would give",
    ],
    [`${SERVER}/accounts/attempts.test.ts`, "are tried a few times, and then slowly"],
  ),
  row(
    "D08",
    "one user's flood",
    "others keep their turn",
    [`${SERVER}/front/rate-limits.test.ts`, "others are not touched"],
    [`${SERVER}/accounts/hashing-lane.test.ts`, "a network that floods waits for itself"],
  ),
  row("D09", "whole spaces read again and again", "pages are bounded, and streams have places", [
    `${SERVER}/front/stream-lines.test.ts`,
    "all streams together have their places",
  ]),
  row("D10", "a node that stops in the middle of a commit", "parted from its locks", [
    `${SERVER}/store/postgres/migrate.pg.test.ts`,
    "is parted from its locks, and the space goes on",
  ]),
];

export const AROUND: readonly SecurityRow[] = [
  row("E01", "secrets and contents in logs, errors and metrics", "none", [
    `${SERVER}/front/errors.test.ts`,
    "no log, error or metric holds a token",
  ]),
  row("E02", "errors that nobody expected", "a code and a request's id, and nothing else", [
    `${SERVER}/front/errors.test.ts`,
    "is `internal` with a request id and nothing else",
  ]),
  row("E03", "metrics without their token", "401", [
    `${SERVER}/front/errors.test.ts`,
    "metrics that have a token",
  ]),
  row(
    "E04",
    "production with weak keys or none",
    "does not start",
    [`${SERVER}/create-server.test.ts`, "without a key for tokens is refused"],
    [`${SERVER}/auth/verify-token.test.ts`, "configurations that are refused at start"],
  ),
  row(
    "E05",
    "paths out of the site's folder, and addresses into the own network",
    "404, and no connection",
    [`${SERVER}/front/site.test.ts`, "%s, which is no address"],
    [`${SERVER}/auth/fetch-key-set.test.ts`, "are not fetched from %s"],
  ),
  {
    id: "E06",
    attack: "forged and repeated webhooks",
    promise: "the server takes none; background work runs once behind a fence",
    tests: [[`${SERVER}/store/consumer-conformance.ts`, "[CN"]],
    open: "There are no webhooks to forge.",
  },
  row(
    "E07",
    "another person on the same device",
    "the first one's data and pending writes stay the first one's",
    ["packages/client/src/session.test.ts", "refuses another user's token"],
    ["tests/browser/kanso/account.test.ts", "it is signed out, keeps everything"],
  ),
  {
    id: "E08",
    attack: "a script of somebody else's on the app's page",
    promise: "no token that lasts is where it can read it",
    tests: [
      [`${SERVER}/accounts/session-cookie.test.ts`, "which no script reads"],
      ["tests/browser/kanso/account.test.ts", "somebody else has used this device's token"],
    ],
    open: "The device's database is readable to such a script: SECURITY.md says so.",
  },
  row(
    "E09",
    "messages of a stranger on the bus",
    "looked at for their form and seal; they never bring contents",
    [`${SERVER}/bus/conformance.ts`, "passes over what is no message of ours"],
    [`${SERVER}/bus/conformance.ts`, "passes over what no node has sealed"],
  ),
  {
    id: "E10",
    attack: "a dependency that was changed",
    promise: "a lockfile, few dependencies, and a list of them with each package",
    tests: [["tests/security/sbom.test.ts", "names each package"]],
    open: "Whether a dependency is good is not tested: the lockfile pins what was looked at.",
  },
  row(
    "E11",
    "old protocol versions, unknown ops and fields",
    "426, or refused by name",
    [`${SERVER}/front/refused-contents.test.ts`, "protocol version %j"],
    [`${SERVER}/front/bad-input.test.ts`, "the parts of a sync"],
  ),
  {
    id: "E12",
    attack: "random texts for every decoder",
    promise: "no 5xx, no crash",
    tests: [
      ["tests/hostile/describe-fuzz.ts", "nothing random is answered with a failure"],
      [`${SERVER}/auth/verify-token.test.ts`, "no text gets past the verifier, and none breaks it"],
      [
        "packages/core/src/record/record.test.ts",
        "is refused when it was cut off, changed or made up",
      ],
      [`${SERVER}/engine/reading.test.ts`, "is refused with the note %j"],
    ],
  },
];
