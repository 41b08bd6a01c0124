// What older browsers lack, taken away from this one.

import { afterEach, expect, it } from "vitest";
import { anySignal, asyncDispose, isWellFormed, toWellFormed, withResolvers } from "../index.ts";
import { asyncDisposeOf, groupBy, isAddress } from "./index.ts";

/** Takes something away for one test. */
function without(owner: object, name: string | symbol): void {
  const held = Object.getOwnPropertyDescriptor(owner, name);
  if (held === undefined) throw new Error(`There is no ${String(name)} to take away.`);
  Object.defineProperty(owner, name, { value: undefined, configurable: true, writable: true });
  ends.push(() => Object.defineProperty(owner, name, held));
}
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

it("a promise is settled from outside without Promise.withResolvers", async () => {
  without(Promise, "withResolvers");
  const { promise, resolve } = withResolvers<number>();
  resolve(1);
  expect(await promise).toBe(1);
});

it.each([{ has: true }, { has: false }])(
  "a signal aborts with the first of several, AbortSignal.any: $has",
  ({ has }) => {
    if (!has) without(AbortSignal, "any");
    const [a, b] = [new AbortController(), new AbortController()];
    const either = anySignal([a.signal, b.signal]);
    expect(either.aborted).toBe(false);
    b.abort("b");
    expect(either.reason).toBe("b");
    expect(anySignal([a.signal, b.signal]).reason).toBe("b");
  },
);

it.each([{ has: true }, { has: false }])(
  "texts with half a surrogate pair are found, and mended, isWellFormed: $has",
  ({ has }) => {
    if (!has) for (const name of ["isWellFormed", "toWellFormed"]) without(String.prototype, name);
    for (const [text, mended] of [
      ["plain 😀", "plain 😀"],
      ["half \ud83d", "half \ufffd"],
      ["\ude00\ud83d x", "\ufffd\ufffd x"],
    ] as const) {
      expect(isWellFormed(text)).toBe(text === mended);
      expect(toWellFormed(text)).toBe(mended);
    }
  },
);

it("items are grouped in their order, and addresses are told from other texts", () => {
  const groups = groupBy(["b1", "a1", "b2"], ([letter]) => letter);
  expect([...groups]).toEqual([
    ["b", ["b1", "b2"]],
    ["a", ["a1"]],
  ]);
  expect(["https://a.example/x", "ws://a", "a.example", "", "http://"].map(isAddress)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("`await using` has its key where Symbol.asyncDispose is missing, and the platform's own elsewhere", () => {
  const bare: { asyncDispose?: symbol } = {};
  const key = asyncDisposeOf(bare);
  expect(typeof key).toBe("symbol");
  // What is compiled looks for it there.
  expect(bare.asyncDispose).toBe(key);
  expect(asyncDisposeOf(bare)).toBe(key);
  expect(asyncDispose).toBe(Symbol.asyncDispose);
});
