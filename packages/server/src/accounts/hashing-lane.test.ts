// The lane of hashing: few at a time, and every network has its turn.

import { expect, test } from "vitest";
import { createHashingLane } from "./hashing-lane.ts";

test("as many run at once as may, and a network that floods waits for itself", async () => {
  const lane = createHashingLane(2);
  const order: string[] = [];
  const gates: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = (name: string) => async () => {
    running += 1;
    most = Math.max(most, running);
    order.push(name);
    await new Promise<void>((resolve) => gates.push(resolve));
    running -= 1;
  };
  const flood = Array.from({ length: 10 }, (_, i) => lane.run("flood", work(`flood${i}`)));
  const one = lane.run("someone", work("someone"));
  while (order.length < 11 || running > 0) {
    gates.shift()?.();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await Promise.all([...flood, one]);
  expect(most).toBe(2);
  // Two run already; of those who wait each network has its turn.
  expect(order.indexOf("someone")).toBeLessThanOrEqual(3);
});

test("work that fails gives its place to the next", async () => {
  const lane = createHashingLane(1);
  const failing = lane.run("a", async () => {
    throw new Error("no");
  });
  const next = lane.run("a", async () => "yes");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("yes");
});
