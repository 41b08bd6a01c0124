// A few at a time, in the order of coming.

import { expect, test } from "vitest";
import { createLanes } from "./lanes.ts";

/** Work that ends when it is told to, and notes when it began. */
function createWork(begun: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const run = () => {
    begun.push(name);
    return promise;
  };
  return { run, end: resolve, fail: () => reject(new Error(name)) };
}

test("no more than so many work at once, and who came first is first", async () => {
  const begun: string[] = [];
  const lanes = createLanes(2);
  const works = ["a", "b", "c", "d"].map((name) => createWork(begun, name));
  const done = works.map(({ run }) => lanes.run(run));
  expect(begun).toEqual(["a", "b"]);
  works[1]?.end();
  await done[1];
  await Promise.resolve();
  expect(begun).toEqual(["a", "b", "c"]);
  for (const { end } of works) end();
  await Promise.all(done);
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

test("work that fails gives its lane to the next, and is the only one that fails", async () => {
  const begun: string[] = [];
  const lanes = createLanes(1);
  const bad = createWork(begun, "bad");
  const good = createWork(begun, "good");
  const failing = lanes.run(bad.run);
  const done = lanes.run(good.run);
  bad.fail();
  await expect(failing).rejects.toThrow("bad");
  good.end();
  await done;
  const later = createWork(begun, "later");
  later.end();
  await lanes.run(later.run);
  expect(begun).toEqual(["bad", "good", "later"]);
});
