// What somebody may put into a record, said over every protocol: it is kept as it is, or refused, on every store alike; nothing else
// suffers from it, and it is nobody else's.

import { isDeepStrictEqual } from "node:util";
import { createMemoryStore } from "@syncline/server";
import { describe, expect, test } from "vitest";
import { type OpenStore, onBothStores } from "../dialects/stores.ts";
import { startEverything } from "./fixture.ts";
import { createSpeakers, type Foreign, meet } from "./speakers.ts";

const VALUES: readonly (readonly [what: string, literal: string])[] = [
  ["__proto__ as a name", '{"__proto__":{"admin":true}}'],
  ["__proto__ deeper", '{"a":[{"b":{"__proto__":{"admin":true}}}]}'],
  ["constructor and prototype", '{"constructor":{"prototype":{"admin":true}}}'],
  ["names that every object has", '{"toString":1,"hasOwnProperty":"x","valueOf":null}'],
  ["a number beyond all", "1e400"],
  ["a number beyond 2^53", "9007199254740993"],
  ["a zero below zero", "-0"],
  ["half a character", '"\\ud800"'],
  ["half a character as a name", '{"\\udc00":1}'],
  ["a NUL", '"a\\u0000b"'],
  ["a NUL in a name", '{"a\\u0000b":1}'],
  ["a name of no letter", '{"":1}'],
  ["one name twice", '{"a":1,"a":2}'],
  ["a script", '"<script>alert(1)</script>"'],
  ["a formula", '"=cmd()|x"'],
  ["signs for a terminal", '"\\u001b[31m\\u0007"'],
  ["lines that some take for ends", '"a\\u2028b\\u2029c"'],
  ["forty levels", `${"[".repeat(40)}${"]".repeat(40)}`],
  ["a long text", `"${"x".repeat(300_000)}"`],
  [
    "many names",
    JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`n${i}`, i]))),
  ],
  ["no JSON", "{nonsense"],
];

/** What became of each value, by protocol. */
type Verdicts = { readonly [what: string]: string };
const verdicts = new Map<string, Verdicts>();

/** Nothing of how the server is made is in what it says. */
const INNER =
  /\.[jt]s:\d|node_modules|node:internal|SELECT |INSERT |SQLITE|relation "|syntax error at/;

function describeContents(store: string, open: OpenStore) {
  const found: { [what: string]: string } = {};
  verdicts.set(store, found);

  test("a value is kept as it is, or refused; what comes after it goes on", async () => {
    await using server = await startEverything({}, await open());
    for (const speaker of createSpeakers(server)) {
      const who = await meet(server, `a-${speaker.name.replace(" ", "-")}`);
      for (const [at, [what, literal]] of VALUES.entries()) {
        const id = `v${at}`;
        const place = `${speaker.name}: ${what}`;
        const answer = await speaker.write(who, id, literal);
        expect([place, answer.status < 500]).toEqual([place, true]);
        expect([place, INNER.exec(answer.text)]).toEqual([place, null]);
        const next = await speaker.write(who, `after${at}`, '"after"');
        expect([place, next.status < 300]).toEqual([place, true]);
        const read = await speaker.read(who);
        expect([place, read.status]).toEqual([place, 200]);
        expect([place, speaker.valueIn(read.text, `after${at}`)]).toEqual([place, "after"]);
        const kept = speaker.valueIn(read.text, id);
        if (kept !== undefined && literal !== "{nonsense") {
          const meant = speaker.mends === true ? mended(JSON.parse(literal)) : JSON.parse(literal);
          expect([place, isDeepStrictEqual(plain(kept), plain(meant))]).toEqual([place, true]);
        }
        found[place] = `${answer.status} ${kept === undefined ? "refused" : "kept"}`;
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(({} as { readonly admin?: unknown }).admin).toBeUndefined();
      }
    }
  });
}

/** Two zeros are one in JSON. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** Go reads half a character as U+FFFD. */
function mended(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(mended);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.toWellFormed(), mended(one)]),
  );
}

describe("in memory", () => describeContents("in memory", async () => createMemoryStore()));
let stores = 0;
onBothStores("contents", (open) => describeContents(`a database, ${++stores}`, open));

test("one verdict on every store", () => {
  const [first, ...others] = [...verdicts.values()];
  expect(Object.keys(first ?? {}).length).toBeGreaterThan(100);
  for (const other of others) expect(other).toEqual(first);
  expect(first).toMatchSnapshot();
});

/** All of an answer but the time at which it was given, and what it was asked about. */
const standing = (text: string) =>
  text.replace(/"(?:now|timestamp|syncedUntil|eventUuid)":"[^"]*"/g, "");

describe("[G10] what is another's", () => {
  test("cannot be read, changed or told from what is not there", async () => {
    await using server = await startEverything();
    const [ana, eve] = [await meet(server, "ana"), await meet(server, "eve")];
    // Eve may write, as herself: what is refused is not refused for another reason.
    for (const speaker of createSpeakers(server)) {
      const kept = speaker.name.replace(" ", "-");
      expect((await speaker.write(ana, kept, '"hidden"')).status).toBeLessThan(300);
      const before = standing((await speaker.read(ana)).text);
      const address = speaker.addressIn(before, kept);
      const headers = speaker.name === "simple" ? { "x-api-key": eve.key } : eve.headers;
      const ask = async ({ method, path, body }: Foreign) => {
        const answer = await fetch(server.url + path, {
          method,
          headers: { ...headers, "content-type": "application/json" },
          ...(body === undefined ? {} : { body }),
        });
        const isStream = answer.headers.get("content-type")?.includes("event-stream") === true;
        if (isStream) await answer.body?.cancel();
        return [answer.status, isStream ? "a stream" : await answer.text()] as const;
      };
      const absent = speaker.foreign({ userId: "nobody" }, "nothing");
      for (const [at, asked] of speaker.foreign(ana, address).entries()) {
        const what = `${speaker.name}: ${asked.method} ${asked.path}`;
        const [status, text] = await ask(asked);
        expect([what, text.includes("hidden")]).toEqual([what, false]);
        if (asked.tells === true) continue;
        const isEmpty = status === 200 && text === "[]";
        expect([what, status, isEmpty || status >= 400]).toEqual([what, status, true]);
        const other = absent[at];
        if (other === undefined) throw new Error(what);
        const none = await ask(other);
        const named = (said: string, one: Foreign, of: string, id: string) =>
          standing(said).replaceAll(of, "USER").replaceAll(id, "ID").replace(one.path, "PATH");
        expect([what, status, named(text, asked, ana.userId, address)]).toEqual([
          what,
          none[0],
          named(none[1], other, "nobody", "nothing"),
        ]);
      }
      expect(standing((await speaker.read(ana)).text)).toBe(before);
    }
  });

  test("is not written by who says to be somebody else, nor are the server's own fields by anybody", async () => {
    await using server = await startEverything();
    const [ana, eve] = [await meet(server, "ana"), await meet(server, "eve")];
    const names = ["user_id", "userId", "owner", "tenant", "createdBy", "updated_by", "sub"];
    const own = ["version", "_version", "stamp", "seq", "_deleted", "revision"];
    const more = [
      ...names.map((name) => `,"${name}":"${ana.userId}"`),
      ...own.map((name) => `,"${name}":97531`),
    ];
    for (const speaker of createSpeakers(server)) {
      const before = standing((await speaker.read(ana)).text);
      for (const [at, one] of more.entries()) {
        const id = `${speaker.name.replace(" ", "-")}${at}`;
        const what = `${speaker.name}: ${one}`;
        const { status } = await speaker.write(eve, id, '"mine"', one);
        expect([what, status < 500]).toEqual([what, true]);
      }
      const after = standing((await speaker.read(ana)).text);
      if (speaker.shared === true) expect(after).not.toContain(`"user":"${ana.userId}"`);
      else expect([speaker.name, after]).toEqual([speaker.name, before]);
      // What the app itself calls so is its own.
      const mine = (await speaker.read(eve)).text.replace(/"(?:fields|data)":\{[^{}]*\}/g, "");
      expect([speaker.name, mine.includes('"version":97531')]).toEqual([speaker.name, false]);
    }
  });

  test("is not given to a cursor that somebody made up", async () => {
    await using server = await startEverything();
    const [ana, eve] = [await meet(server, "ana"), await meet(server, "eve")];
    for (const speaker of createSpeakers(server)) {
      const id = speaker.name.replace(" ", "-");
      expect((await speaker.write(ana, id, '"hidden"')).status).toBeLessThan(300);
      expect((await speaker.write(eve, `${id}-e`, '"mine"')).status).toBeLessThan(300);
      const [, hers = ""] = /"cursor":"([^"]+)"/.exec((await speaker.read(ana)).text) ?? [];
      for (const cursor of [...CURSORS, hers]) {
        const what = `${speaker.name}: ${cursor.slice(0, 40)}`;
        const answer = await speaker.after(eve, cursor);
        expect([what, answer.status < 500, answer.text.includes("hidden")]).toEqual([
          what,
          true,
          speaker.shared === true && answer.status === 200,
        ]);
        expect([what, INNER.exec(answer.text)]).toEqual([what, null]);
      }
    }
  });
});

const CURSORS = [
  ...["", "x", "0", "-1", "1", "1e9", "9".repeat(20), "9".repeat(5_000), "NaN", "null"],
  ...["2999-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "1970-01-01T00:00:00+99:99"],
  ...["' OR 1=1 --", "a\u0000b", "__proto__", "%", "../..", "\u202e", "[]", "{}"],
];

test("what was written comes back as JSON that no browser runs", async () => {
  await using server = await startEverything();
  const ana = await meet(server, "ana");
  for (const speaker of createSpeakers(server)) {
    const id = speaker.name.replace(" ", "-");
    await speaker.write(ana, id, '"<script>alert(1)</script>"');
    const { headers, text } = await speaker.read(ana);
    expect([speaker.name, headers.get("content-type")]).toEqual([
      speaker.name,
      expect.stringMatching(/^application\/json(; charset=utf-8)?$/),
    ]);
    expect([speaker.name, headers.get("x-content-type-options")]).toEqual([
      speaker.name,
      "nosniff",
    ]);
    expect([speaker.name, speaker.valueIn(text, id)]).toEqual([
      speaker.name,
      "<script>alert(1)</script>",
    ]);
  }
});
