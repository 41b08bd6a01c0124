// The table of attacks: every row is there, and the tests that it names are, too.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EVERYWHERE } from "./everywhere.ts";
import { SECURITY_ROWS } from "./rows.ts";

const root = new URL("../../", import.meta.url);

test("has each of the 56 rows once", () => {
  const counts = { A: 15, B: 10, C: 9, D: 10, E: 12 };
  const wanted = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, i) => `${letter}${String(i + 1).padStart(2, "0")}`),
  );
  expect(SECURITY_ROWS.map(({ id }) => id)).toEqual(wanted);
});

test.each(SECURITY_ROWS.map((row) => [row.id, row] as const))(
  "%s is attacked by the tests that it names",
  (_id, { tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const [file, title] of tests)
      expect([file, title, readFileSync(new URL(file, root), "utf8").includes(title)]).toEqual([
        file,
        title,
        true,
      ]);
  },
);

test("says of each row where it is tried over every protocol, or which one place they all pass", () => {
  expect(Object.keys(EVERYWHERE)).toEqual(SECURITY_ROWS.map(({ id }) => id));
  for (const [id, where] of Object.entries(EVERYWHERE)) {
    if (typeof where === "string") continue;
    const [file, title] = where;
    const text = readFileSync(new URL(file, root), "utf8");
    expect([id, file, title, text.includes(title)]).toEqual([id, file, title, true]);
  }
});
