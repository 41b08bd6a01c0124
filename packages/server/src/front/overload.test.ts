// When the server counts as overloaded, by samples of lag, waiting work and heap.

import { expect, test } from "vitest";
import { createOverloadWatch } from "./overload.ts";

/** Lets samples pass, in each of which so many ask for work; gives how often each sample refused. */
function play(samples: readonly { lag?: number; heap?: number; asks?: number }[]): number[] {
  let refusals = 0;
  const watch = createOverloadWatch({ lagMs: 1_000, refused: () => refusals++ });
  return samples.map(({ lag = 0, heap = 0.2, asks = 10 }) => {
    const before = refusals;
    for (let i = 0; i < asks; i++) watch.admit();
    watch.sample({ lagMs: lag, heapShare: heap });
    return refusals - before;
  });
}

const lagging = { lag: 1_200 };
const calm = { lag: 30 };

test("one stall is no overload, however long; nor are two with calm between", () => {
  expect(play([{ lag: 60_000 }, calm, calm])).toEqual([0, 0, 0]);
  expect(play([lagging, calm, lagging, calm, lagging, calm])).toEqual([0, 0, 0, 0, 0, 0]);
});

test("lag that is sustained while work waits is one, and ends when the loop has been calm as long", () => {
  const samples = [lagging, lagging, lagging, calm, calm, calm, calm];
  expect(play(samples)).toEqual([0, 0, 0, 10, 10, 10, 0]);
});

test("lag that comes again before it ended keeps it up", () => {
  const samples = [lagging, lagging, lagging, calm, calm, lagging, calm, calm, calm];
  expect(play(samples)).toEqual([0, 0, 0, 10, 10, 10, 10, 10, 0]);
});

test("a caller who is alone is not refused: the lag is other work of the process", () => {
  expect(play(Array.from({ length: 5 }, () => ({ ...lagging, asks: 1 })))).toEqual([0, 0, 0, 0, 0]);
});

test("exactly the limit is not beyond it", () => {
  expect(play(Array.from({ length: 5 }, () => ({ lag: 1_000 })))).toEqual([0, 0, 0, 0, 0]);
});

test("a heap that is nearly full refuses from the next request on, and no longer than it is", () => {
  expect(play([{ heap: 0.95 }, { heap: 0.91 }, { heap: 0.9 }, {}])).toEqual([0, 10, 10, 0]);
});

test("a refusal says when to come back", () => {
  const watch = createOverloadWatch({ lagMs: 1_000, refused: () => undefined });
  watch.sample({ lagMs: 0, heapShare: 1 });
  expect(watch.admit()).toMatchObject({ code: "unavailable", retryAfter: 2 });
});
