// Every regular expression of what runs on a server: a text that is longer costs as much more, and no more than that.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type FoundPattern, findPatterns } from "./find-patterns.ts";
import { cpuOf, startEverything } from "./fixture.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = [
  "packages/core/src",
  "packages/server/src",
  "packages/kit/src",
  "apps/kanso/domain/src",
  "apps/kanso/server/src",
];

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => !name.includes("testing/"))
    .map((name) => join(folder, name));
}

/** Long enough that what grows with the square takes seconds, and short enough that what does not takes microseconds. */
const LENGTH = 20_000;
/** What no pattern takes that only grows with its text: they take less than one. */
const TOO_LONG_MS = 60;

/** Texts that make a pattern go back as often as it can: its own characters again and again, and an end that fits none. */
function* attacks({ source }: FoundPattern): Generator<string> {
  const own = new Set([..." a0A/-_.:\\\"'\n\t#=~", ...source.replaceAll(/\\./g, "")]);
  const ends = ["", "\u0000", "!", "a/", "\n"];
  for (const one of own) {
    const long = one.repeat(LENGTH);
    for (const end of ends) yield long + end;
    yield `x${long}x`;
    for (const other of ["a", "0", "/", " ", "-", "."])
      if (other !== one) yield `${(one + other).repeat(LENGTH / 2)}\u0000`;
  }
}

/** The words of a pattern, again and again. */
function* words({ source }: FoundPattern): Generator<string> {
  for (const [word] of source.matchAll(/[A-Za-z]{3,}[^A-Za-z()|?*+]?/g))
    for (const end of ["", "/", "-", "."])
      yield `${(word.replace("\\", "") + end).repeat(LENGTH / word.length)}\u0000`;
}

function timeOf(pattern: RegExp, text: string): number {
  const begun = performance.now();
  pattern.lastIndex = 0;
  text.replace(pattern, "");
  return performance.now() - begun;
}

/** The text for which it takes too long, again and again; undefined where there is none. */
function weakness(found: FoundPattern): string | undefined {
  const pattern = new RegExp(found.source, found.flags);
  for (const text of [...attacks(found), ...words(found)]) {
    if (timeOf(pattern, text) < TOO_LONG_MS) continue;
    // A machine that does something else for a moment does not do so each time.
    if ([1, 2].every(() => timeOf(pattern, text) >= TOO_LONG_MS)) return text;
  }
  return undefined;
}

describe("patterns are linear:", () => {
  test.each(FOLDERS)("%s", (folder) => {
    const weak: string[] = [];
    for (const path of sourcesIn(folder)) {
      for (const found of findPatterns(readFileSync(join(ROOT, path), "utf8"))) {
        const text = weakness(found);
        if (text !== undefined)
          weak.push(
            `${path}: /${found.source}/${found.flags} on ${JSON.stringify(text.slice(0, 6))}…${JSON.stringify(text.slice(-3))}`,
          );
      }
    }
    expect(weak).toEqual([]);
  });

  test("the search for them finds them, and one that is not linear is named", () => {
    const text = `const a = /x+$/.test(b) ? c / d / e : "no /pattern/ here"; // nor /here/
      return /[/"]+\\/y/gi;`;
    expect(findPatterns(text)).toEqual([
      { source: "x+$", flags: "" },
      { source: '[/"]+\\/y', flags: "gi" },
    ]);
    expect(weakness({ source: "x+$", flags: "" })).toBeDefined();
    const all = FOLDERS.flatMap(sourcesIn).flatMap((path) =>
      findPatterns(readFileSync(join(ROOT, path), "utf8")),
    );
    expect(all.length).toBeGreaterThan(60);
  });
});

test("[G11] an address full of slashes costs as little as any other", async () => {
  await using server = await startEverything();
  const ask = (path: string) => fetch(server.url + path, { redirect: "manual" });
  for (const path of ["/api/v1/x", "/nothing"]) await ask(path);
  const times = async (path: string) => {
    const costs: number[] = [];
    for (let time = 0; time < 3; time++) costs.push(await cpuOf(() => ask(path)));
    return Math.min(...costs);
  };
  const plain = await times(`/api/v1/${"ab".repeat(7_000)}`);
  for (const prefix of ["/api/v1/", "/v1/", "/sync/", "/kit/", "/ws/", "/accounts/", "/docs/", "/"])
    for (const end of ["a/", "/", "%2f"]) {
      const costs = await times(`${prefix}${"/".repeat(14_000)}${end}`);
      expect([prefix, end, costs < 20 * Math.max(plain, 2)]).toEqual([prefix, end, true]);
    }
});
