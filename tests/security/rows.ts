// What is tried against a server, what it promises, and the test that tries it. A row that no test tries says why.

import { row, SERVER, type SecurityRow } from "./row.ts";
import { AROUND, LOAD } from "./rows-around.ts";

const WHO: readonly SecurityRow[] = [
  row(
    "A01",
    "every route without, with an empty and with a malformed token",
    "401, and a new route is asked, too",
    [`${SERVER}/front/route-walk.test.ts`, "answers 401 without a good token"],
    ["tests/strangers.test.ts", "no route shows a stranger anything"],
  ),
  row(
    "A02",
    "a socket that says nothing, or no token, after it was opened",
    "closed in time, and told nothing",
    [
      `${SERVER}/live/sockets-refusals.test.ts`,
      "a socket without a token in time is closed with 4401",
    ],
    ["tests/strangers.test.ts", "no socket tells a stranger anything"],
  ),
  row(
    "A03",
    "subscribing after the token was refused",
    "the socket is closed; nobody is an owner by default",
    [`${SERVER}/live/sockets-refusals.test.ts`, "is refused and the socket closed"],
  ),
  row("A04", "a token in the address", "400: addresses are logged", [
    `${SERVER}/front/route-walk.test.ts`,
    "answers 400 to a token in the address",
  ]),
  row(
    "A05",
    "reading on after the token has ended",
    "sockets, event streams and first syncs end with it",
    [`${SERVER}/live/sockets-refusals.test.ts`, "a token that expires closes the socket"],
    [`${SERVER}/live/event-stream.test.ts`, "ends with its token"],
    [`${SERVER}/front/stream-lines.test.ts`, "when the reader's token expires"],
  ),
  row(
    "A06",
    "another user's token on an open socket",
    "the socket is closed, and never becomes the other's",
    [`${SERVER}/live/sockets-refusals.test.ts`, "is refused and the socket closed"],
  ),
  row("A07", "tokens that are signed by nothing", "401", [
    `${SERVER}/auth/verify-token.test.ts`,
    "tokens that are refused",
  ]),
  row(
    "A08",
    "a public key taken for a shared secret",
    "401, and such a secret is refused at the start",
    [`${SERVER}/auth/verify-token.test.ts`, "tokens that are refused"],
    [`${SERVER}/auth/verify-token.test.ts`, "configurations that are refused at start"],
  ),
  row("A09", "an algorithm that a key is not trusted with", "401", [
    `${SERVER}/auth/key-set.test.ts`,
    "what a set may hold (A09, A10)",
  ]),
  row(
    "A10",
    "symmetric keys in a public set, keys inside of tokens",
    "they sign nothing, and nothing is fetched",
    [`${SERVER}/auth/key-set.test.ts`, "a symmetric key in it signs nothing"],
  ),
  row("A11", "times, issuer and audience that are missing, odd or wrong", "401", [
    `${SERVER}/auth/verify-token.test.ts`,
    "tokens that are refused",
  ]),
  row(
    "A12",
    "thousands of unknown key names",
    "at most ten fetches a minute, and others are let in",
    [`${SERVER}/auth/key-set.test.ts`, "a flood of unknown key ids"],
  ),
  row(
    "A13",
    "a key server that hangs, fails, floods, redirects, or leads into the own network",
    "cached for an hour, then 503; nothing else is fetched",
    [`${SERVER}/auth/key-set.test.ts`, "an outage (A13)"],
    [`${SERVER}/auth/fetch-key-set.test.ts`, "whether it is written or a name leads there"],
    [`${SERVER}/auth/fetch-key-set.test.ts`, "do not come by a redirect"],
  ),
  row(
    "A14",
    "a key that was withdrawn",
    "refused within five minutes",
    [`${SERVER}/auth/key-set.test.ts`, "a new key is found at once"],
    [`${SERVER}/auth/verified-tokens.test.ts`, "asks for a fetched key each time"],
  ),
  row(
    "A15",
    "guessing an API key, or reading it from the database",
    "kept as a hash, and compared in constant time",
    [`${SERVER}/keys/keys.test.ts`, "only its hash is kept"],
    [`${SERVER}/keys/keys.test.ts`, "what is no key is none"],
  ),
];

const WHAT: readonly SecurityRow[] = [
  row(
    "B01",
    "somebody else's space, and one that is not there",
    "the same refusal, whatever is asked",
    [
      `${SERVER}/engine/admit.test.ts`,
      "a foreign space and one that is not there are refused alike",
    ],
  ),
  row("B02", "another user's name in the body or address", "the token says who it is", [
    `${SERVER}/engine/admit.test.ts`,
    "nobody else's user id reaches it",
  ]),
  row(
    "B03",
    "cursors of other spaces, times and histories, and made-up ones",
    "refused, and nothing that is hidden is listed",
    [`${SERVER}/engine/access-rules.test.ts`, "a made-up cursor %s lists nothing that is hidden"],
    [`${SERVER}/engine/reading.test.ts`, "is not believed with any part of it changed"],
    [
      `${SERVER}/front/refused-contents.test.ts`,
      "a cursor that cannot be honoured is refused on every way in",
    ],
  ),
  row(
    "B04",
    "a client id of another user",
    "both have their own; neither is locked out, or takes the other's commits for its own",
    [`${SERVER}/front/refused-contents.test.ts`, "are each user's own"],
    [`${SERVER}/live/sockets.test.ts`, "are told by whom a commit is only where it is their own"],
    [`${SERVER}/store/conformance-users.ts`, "keeps two users apart who chose one client id"],
  ),
  row(
    "B05",
    "asking the server by fields that are hidden",
    "there is no such question: rules are about whole records, and queries run on the device",
    [`${SERVER}/front/bad-input.test.ts`, "the query of changes"],
  ),
  row(
    "B06",
    "reading on after a right was withdrawn",
    "nothing more is sent, and the device deletes its copy",
    [`${SERVER}/live/sockets-refusals.test.ts`, "a right that is withdrawn ends the subscription"],
    [`${SERVER}/front/stream-lines.test.ts`, "when the reader's right is withdrawn"],
    [`${SERVER}/engine/access-rules.test.ts`, "a first reading that takes its time"],
    [
      "tests/nodes/nodes.test.ts",
      "a right that is withdrawn on one ends the subscription on the other",
    ],
  ),
  row(
    "B07",
    "random rules and records, by every way of reading",
    "what a plain reading of the rules allows, and no more",
    [
      `${SERVER}/engine/access-rules.property.test.ts`,
      "a reader ends with what the rules let it see",
    ],
  ),
  row(
    "B08",
    "listening to the bus for another space, and speaking on it",
    "hints hold no contents, and count only under the installation's seal",
    [`${SERVER}/bus/remote.test.ts`, "is not heard"],
    [`${SERVER}/bus/conformance.ts`, "passes over what no node has sealed"],
  ),
  row(
    "B09",
    "versions, stamps and owners sent with a change",
    "refused by name",
    [`${SERVER}/front/bad-input.test.ts`, "(B09)"],
    ["tests/dialects/promises.test.ts", "is refused as by the dialect"],
  ),
  row(
    "B10",
    "names from the object machinery, quotes, look-alikes and long ones",
    "refused, or kept as names and nothing else",
    [`${SERVER}/front/bad-input.test.ts`, "names from the object machinery"],
    [
      `${SERVER}/front/refused-contents.test.ts`,
      "names that only look dangerous are kept as they are",
    ],
  ),
];

const CONTENTS: readonly SecurityRow[] = [
  row("C01", "`__proto__` and its like at any depth", "inert data, or refused", [
    `${SERVER}/engine/hostile-input.test.ts`,
    "values that look dangerous and are not are kept as they are",
  ]),
  row("C02", "JSON of a million levels", "refused before it costs anything", [
    `${SERVER}/engine/hostile-input.test.ts`,
    "JSON of a million levels",
  ]),
  row(
    "C03",
    "bodies above the limit, without a length or with a wrong one",
    "413 before a handler runs, within one budget for all",
    [`${SERVER}/front/body.test.ts`, "10 MiB are read, whatever they are"],
    [`${SERVER}/front/body.test.ts`, "bodies that wait at the same time have one budget"],
  ),
  row("C04", "bombs of gzip, brotli and deflate", "413", [
    `${SERVER}/front/body.test.ts`,
    "compressed data without end",
  ]),
  row(
    "C05",
    "frames that are too large, torn, binary or no text",
    "the socket is closed, and only that one",
    [`${SERVER}/live/sockets-refusals.test.ts`, "binary, too large and torn messages"],
  ),
  row("C06", "odd numbers, keys, surrogates and NUL", "one verdict on every store", [
    `${SERVER}/engine/hostile-input.test.ts`,
    "a change that can never succeed is refused",
  ]),
  row(
    "C07",
    "text that makes patterns slow",
    "no pattern comes from a client, and ours are linear",
    [`${SERVER}/front/bad-input.test.ts`, "the address of a space"],
  ),
  row("C08", "pushes with too many mutations or changes", "413, naming the limit", [
    `${SERVER}/front/refused-contents.test.ts`,
    "too many %s in a push refuse it whole",
  ]),
  row("C09", "stored scripts", "come back as JSON that no browser runs", [
    `${SERVER}/front/browsers.test.ts`,
    "contents come back as they were written, as JSON and nothing else",
  ]),
];

/** All of them, in order. */
export const SECURITY_ROWS: readonly SecurityRow[] = [
  ...WHO,
  ...WHAT,
  ...CONTENTS,
  ...LOAD,
  ...AROUND,
];
