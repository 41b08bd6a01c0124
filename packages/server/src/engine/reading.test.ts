// Readings: what the server notes on a cursor comes back; what it would not write is refused; what it did not write is known.

import { formatCursor, isSynclineError, parseCursor, signCursor } from "@syncline/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemEngineEnvironment } from "../create-server.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createCursorSeals, rotateCursorKeys } from "./cursor-seals.ts";
import { formatReading, formatStartEpoch, isSealed, parseReading } from "./reading.ts";

const place = { epoch: fc.constant("e1"), stamp: fc.maxSafeNat(), scope: fc.constant("all") };
const nat = fc.maxSafeNat();
const reading = fc.oneof(
  fc.record(place),
  fc.record({ ...place, began: nat }),
  fc.record({ ...place, rules: nat }),
  fc.record({ ...place, rules: nat, walk: fc.record({ known: nat, target: nat }) }),
);

function installation() {
  const { settings } = createMemoryStore();
  let nowMs = 0;
  let made = 0;
  const { mac } = systemEngineEnvironment();
  const environment = { now: () => nowMs, secret: () => `secret${++made}`, mac };
  const node = () => createCursorSeals({ settings, environment });
  const rotate = () => rotateCursorKeys({ settings, environment });
  return { node, rotate, pass: (ms: number) => (nowMs += ms) };
}

async function ready() {
  const seals = installation().node();
  await seals.ready();
  return seals;
}

describe("a reading", () => {
  test("comes back from its text, and is believed of its reader alone", async () => {
    const seals = await ready();
    await fc.assert(
      fc.asyncProperty(reading, async (one) => {
        const text = formatReading(one, seals, "ana");
        expect(text.length).toBeLessThanOrEqual(128);
        expect(parseReading(text)).toEqual({ ...one, seal: expect.any(String) });
        expect(await isSealed(parseReading(text), seals, "ana")).toBe(true);
        expect(await isSealed(parseReading(text), seals, "eve")).toBe(false);
        const shared = parseReading(formatReading(one, seals));
        expect(await isSealed(shared, seals, "eve")).toBe(true);
      }),
    );
  });

  test("is not believed with any part of it changed", async () => {
    const seals = await ready();
    const other = fc.tuple(reading, reading, fc.constantFrom("ana", undefined));
    await fc.assert(
      fc.asyncProperty(other, async ([one, two, reader]) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(two));
        const { seal = "" } = parseReading(formatReading(one, seals, reader));
        expect(await isSealed({ ...two, seal }, seals, "ana")).toBe(false);
        expect(await isSealed({ ...one, seal: "0".repeat(20) }, seals, "ana")).toBe(false);
        expect(await isSealed(one, seals, "ana")).toBe(false);
      }),
    );
  });

  test("is read by clients of before: they look at epoch, stamp and scope", async () => {
    const seals = await ready();
    const before =
      /^1\.([A-Za-z0-9_-]{1,64})\.([0-9a-z]{1,11})((?:[~!][0-9a-z]{1,11}){0,3})\.(all|[0-9a-f]{16})\.[0-9a-f]{8}$/;
    for (const note of [{}, { began: 7 }, { rules: 8 }]) {
      const text = formatReading({ epoch: "e1", stamp: 5, scope: "all", ...note }, seals, "ana");
      expect(text).toMatch(before);
      expect(parseCursor(text)).toMatchObject({ epoch: "e1", stamp: 5, scope: "all" });
    }
  });

  test("is what a client writes when it resumes a stream: believed of when it began, wherever it is", async () => {
    const seals = await ready();
    const start = { epoch: "e1", scope: "all", began: 9 };
    const epoch = formatStartEpoch(start, seals, "ana");
    const resumed = parseReading(formatCursor({ epoch, stamp: 5, scope: "all" }, 9));
    expect(resumed).toMatchObject({ ...start, stamp: 5 });
    expect(await isSealed(resumed, seals, "ana")).toBe(true);
    expect(await isSealed(resumed, seals, "eve")).toBe(false);
    expect(await isSealed({ ...resumed, began: 8 }, seals, "ana")).toBe(false);
    const plain = parseReading(formatCursor({ epoch, stamp: 5, scope: "all" }));
    expect(await isSealed(plain, seals, "ana")).toBe(false);
    const own = parseReading(formatCursor({ epoch: "e1", stamp: 5, scope: "all" }, 9));
    expect(await isSealed(own, seals, "ana")).toBe(false);
  });

  test.each(["!1!2", "~1!2", "!1~2", "~1~2", "~zzzzzzzzzzz", "!1!2!zzzzzzzzzzz", "!", "!1!2!3!4"])(
    "is refused with the note %j",
    (note) => {
      let thrown: unknown;
      try {
        parseReading(signCursor(`1.e1.5${note}.all`));
      } catch (error) {
        thrown = error;
      }
      expect(isSynclineError(thrown, "invalid")).toBe(true);
    },
  );
});

describe("the keys of an installation", () => {
  const one = { epoch: "e1", stamp: 5, scope: "all" };

  test("are the same on all nodes, whichever was first", async () => {
    const { node } = installation();
    const nodes = [node(), node(), node()];
    await Promise.all(nodes.map((seals) => seals.ready()));
    const texts = new Set(nodes.map((seals) => formatReading(one, seals)));
    expect(texts.size).toBe(1);
  });

  test("are followed by others: what was under the one before is believed, on nodes that run, too", async () => {
    const { node, rotate, pass } = installation();
    const [here, there] = [node(), node()];
    await Promise.all([here.ready(), there.ready()]);
    const first = parseReading(formatReading(one, here));
    await rotate();
    pass(60_000);
    await here.ready();
    const second = parseReading(formatReading(one, here));
    expect(second.seal).not.toBe(first.seal);
    for (const seals of [here, there])
      for (const text of [first, second]) expect(await isSealed(text, seals, "ana")).toBe(true);
    await rotate();
    pass(60_000);
    expect(await isSealed(first, there, "ana")).toBe(false);
    expect(await isSealed(second, there, "ana")).toBe(true);
  });
});
