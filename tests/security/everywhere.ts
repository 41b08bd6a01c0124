// Where each attack is tried over every protocol; or the one place that all of them pass, and why nothing else can decide it.

/** The file and words of a title, or why there is one place only. */
export type Everywhere = readonly [file: string, title: string] | string;

const ROUTES = "tests/hostile/routes.test.ts";
const DOORS = "tests/hostile/doors.test.ts";
const CONTENTS = "tests/hostile/contents.test.ts";
const ENDS = "tests/hostile/ends.test.ts";
const SLOTS = "tests/hostile/slots.test.ts";
const UNREAD = "tests/hostile/unread.test.ts";

const VERIFIER =
  "Protocols are given a principal: tokens are read by one verifier, which none of them can reach behind.";
const STORE = "Below the protocols: none of them opens a connection of its own.";
const START = "Before any protocol is mounted.";
const RULES =
  "Rules are applied by the engine to whatever a protocol asks of it; mana, simple and Kanso have no such rules.";

export const EVERYWHERE: { readonly [id: string]: Everywhere } = {
  A01: [ROUTES, "[G10] nobody is let in"],
  A02: ["tests/strangers.test.ts", "no socket tells a stranger anything"],
  A03: ["tests/strangers.test.ts", "no socket tells a stranger anything"],
  A04: [DOORS, "a token in the address, as %s, opens nothing"],
  A05: [ENDS, "what was opened with a token ends with it"],
  A06: [DOORS, "is one person's at a time"],
  A07: [DOORS, "of no algorithm, in capitals"],
  A08: VERIFIER,
  A09: [DOORS, "of an algorithm it is not"],
  A10: [DOORS, "that names its own key"],
  A11: [DOORS, "without an end"],
  A12: VERIFIER,
  A13: VERIFIER,
  A14: VERIFIER,
  A15: [DOORS, "that is half of a key"],
  B01: [CONTENTS, "cannot be read, changed or told from what is not there"],
  B02: [CONTENTS, "is not written by who says to be somebody else"],
  B03: [CONTENTS, "is not given to a cursor that somebody made up"],
  B04: "Clients are counted by user and client id in the store, whatever spoke for them (see the conformance suite of stores).",
  B05: "No protocol asks a server by fields: they read a space, a table or a day from a cursor on.",
  B06: [ENDS, "a member who is one no more hears nothing more of the space"],
  B07: RULES,
  B08: "The bus is the server's own: protocols hear of commits through the hub alone.",
  B09: [CONTENTS, "is not written by who says to be somebody else"],
  B10: [CONTENTS, "names that every object has"],
  C01: [CONTENTS, "__proto__ deeper"],
  C02: [ROUTES, "[G11] bodies"],
  C03: [ROUTES, "[G11] bodies"],
  C04: [ROUTES, "[G11] bodies"],
  C05: [DOORS, "closes it, and only it"],
  C06: [CONTENTS, "one verdict on every store"],
  C07: [
    "tests/hostile/patterns.test.ts",
    "an address full of slashes costs as little as any other",
  ],
  C08: [ROUTES, "[G11] bodies"],
  C09: [CONTENTS, "what was written comes back as JSON that no browser runs"],
  D01: [DOORS, "tells them nothing"],
  D02: [DOORS, "is answered nothing that it may read"],
  D03: "Accounts alone have a cookie; every other route reads the Authorization header or X-API-Key.",
  D04: [SLOTS, "a request that does not arrive is not waited for, whatever it is for"],
  D05: [SLOTS, "are counted together, whatever they speak, and by the forwarded address"],
  D06: [SLOTS, "are counted together, whatever they speak, and by the forwarded address"],
  D07: [SLOTS, "whoever sends too many waits, and is still answered"],
  D08: [SLOTS, "whoever goes on is cut off, with all that he has opened, and nobody else is"],
  D09: [UNREAD, "holds little while others write"],
  D10: STORE,
  E01: [DOORS, "no log, metric or refusal holds a token, key, password or what was written"],
  E02: [CONTENTS, "a value is kept as it is, or refused; what comes after it goes on"],
  E03: ["tests/strangers.test.ts", "no route shows a stranger anything"],
  E04: START,
  E05: VERIFIER,
  E06: "There are no webhooks yet: nothing is sent to an address that somebody else names.",
  E07: "On the device: the client's, whichever protocol the server speaks.",
  E08: "On the device: the client's, whichever protocol the server speaks.",
  E09: "The bus is the server's own: protocols hear of commits through the hub alone.",
  E10: "Of the packages, not of a protocol.",
  E11: "The native protocol alone has versions and refuses unknown names; the originals of the others pass them over.",
  E12: ["tests/hostile/describe-fuzz.ts", "nothing random is answered with a failure"],
};
