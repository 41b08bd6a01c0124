// What is kept at hand: bounded, and never behind.

import type { Admitted, Engine } from "@syncline/server";
import { expect, test } from "vitest";
import { createShelf } from "./views.ts";

const engine = {} as Engine; // the items of this test ask nobody
const admitted = (space: string): Admitted => ({
  space,
  address: { app: "kanso", name: space },
  role: "owner",
  userId: space,
  byHook: false,
  byMembership: false,
});

function createItem(made: string[], bytes: () => number) {
  let refreshed = 0;
  made.push("made");
  return {
    get bytes() {
      return bytes();
    },
    get refreshed() {
      return refreshed;
    },
    async refresh() {
      refreshed += 1;
    },
  };
}

test("who was not here longest makes room for others", async () => {
  const made: string[] = [];
  const shelf = createShelf(() => createItem(made, () => 40), 100);
  for (const space of ["a", "b", "a", "c"]) await shelf.of(engine, admitted(space));
  expect(made).toHaveLength(3);
  expect([shelf.size, shelf.bytes]).toEqual([2, 80]);
  expect((await shelf.of(engine, admitted("a"))).refreshed).toBe(3);
  await shelf.of(engine, admitted("b"));
  expect(made).toHaveLength(4);
  shelf.forget("b");
  expect([shelf.size, shelf.bytes]).toEqual([1, 40]);
});

test("what grows is counted as it is now, and the last one stays however large", async () => {
  let bytes = 10;
  const shelf = createShelf(() => createItem([], () => bytes), 100);
  await shelf.of(engine, admitted("a"));
  bytes = 500;
  await shelf.of(engine, admitted("a"));
  expect([shelf.size, shelf.bytes]).toEqual([1, 500]);
  bytes = 20;
  await shelf.of(engine, admitted("b"));
  expect([shelf.size, shelf.bytes]).toEqual([1, 20]);
});
