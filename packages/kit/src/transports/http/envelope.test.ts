// The third form of a pull: the original's example byte for byte, cursors by node, and refusals.

import { describe, expect, it } from "vitest";
import type { Event } from "../../ports.ts";
import { createMemoryStore } from "../../stores/memory.ts";
import { makeEvent } from "../../testing/events.ts";
import { createEnvelopeHandler } from "./index.ts";

const PLACED: Event = {
  id: "ord-7f3",
  type: "OrderPlaced",
  aggregateId: "order-42",
  data: { total: 1999 },
  metadata: { origin_node: "till-3", origin_counter: "5" },
};

async function post(body: string, events: readonly Event[] = []) {
  const store = createMemoryStore();
  await store.storeBatch(events);
  const bytes = new TextEncoder().encode(body);
  const request = new Request("http://p/pull", { method: "POST", body: bytes });
  const response = await createEnvelopeHandler({ store })(request);
  return [response.status, await response.text()] as const;
}

describe("the envelope", () => {
  it("answers the example", async () => {
    const before = Array.from({ length: 87 }, (_, i) => makeEvent(`before-${i}`));
    const known = {
      ...PLACED,
      id: "known",
      metadata: { origin_node: "till-3", origin_counter: "4" },
    };
    const asked = '{"since":{"kind":"vector","data":{"till-3":4}},"limit":50}';
    const answer = `{"events":[{"id":"ord-7f3","type":"OrderPlaced","aggregate_id":"order-42","data":{"total":1999},"origin_node":"till-3","origin_counter":5,"seq":88}],"next":{"kind":"vector","data":{"till-3":5}}}\n`;
    expect(await post(asked, [...before, PLACED, known])).toEqual([200, answer]);
  });

  it("gives pages by position as well, and null for none", async () => {
    const text = makeEvent("text", { data: "no object", metadata: { origin: "x" } });
    expect(await post('{"since":{"kind":"integer","data":1},"limit":1}', [PLACED, text])).toEqual([
      200,
      '{"events":[{"id":"text","type":"Noted","aggregate_id":"a","metadata":{"origin":"x"},"seq":2}],"next":{"kind":"integer","data":2}}\n',
    ]);
    expect(await post("{}")).toEqual([200, '{"events":null}\n']);
    expect(await post('{"since":{"kind":"vector","data":{}}}')).toEqual([
      200,
      '{"events":null,"next":{"kind":"vector","data":{}}}\n',
    ]);
  });

  it.each([
    ["nonsense", "bad request\n"],
    ["7", "bad request\n"],
    ['{"limit":"x"}', "bad request\n"],
    ['{"since":7}', "bad cursor\n"],
    ['{"since":{"kind":"merkle","data":1}}', "bad cursor\n"],
    ['{"since":{"kind":"hlc","data":""}}', "bad cursor\n"],
  ])("refuses %s", async (body, text) => {
    expect(await post(body)).toEqual([400, text]);
  });
});
