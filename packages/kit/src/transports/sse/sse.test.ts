// The event stream: the original's example byte for byte, resuming, refusals, and frames that are damaged.

import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../stores/memory.ts";
import { observeStore } from "../../stores/observed.ts";
import { makeEvent } from "../../testing/events.ts";
import { createFrameReader, readFrame } from "./frames.ts";
import { createEventStreamHandler, createSseTransport } from "./index.ts";

const FRAME =
  'data: {"events":[{"event":{"id":"ord-7f5","type":"OrderPaid","aggregate_id":"order-42","data":{"ref":"p-9"},"metadata":null},"version":"14"}],"next_cursor":{"kind":"integer","data":14}}\n\n';
const PAID = makeEvent("ord-7f5", {
  type: "OrderPaid",
  aggregateId: "order-42",
  data: { ref: "p-9" },
});
const CURSOR = "%7B%22kind%22%3A%22integer%22%2C%22data%22%3A13%7D";

async function peer() {
  const store = observeStore(createMemoryStore());
  await store.storeBatch(Array.from({ length: 13 }, (_, i) => makeEvent(`before-${i}`)));
  await store.store(PAID);
  return { store, handler: createEventStreamHandler({ store, heartbeatMs: 20 }) };
}

/** The text of a stream until it has what is looked for. */
async function readUntil(response: Response, part: string): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes(part)) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) break;
    text += decoder.decode(chunk.value);
  }
  await reader?.cancel();
  return text;
}

describe("the handler", () => {
  it("writes the example's frame, and comments that keep the line open", async () => {
    const { handler } = await peer();
    const response = await handler(new Request(`http://p/sse?cursor=${CURSOR}`));
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    const text = await readUntil(response, "\n\n:\n\n");
    expect(text.startsWith(`:\n\n${FRAME}`)).toBe(true);
  });

  it("names its frames when asked to, and goes on from what a browser gives back", async () => {
    const { handler } = await peer();
    const named = await handler(new Request(`http://p/sse?ids&cursor=${CURSOR}`));
    const id = 'id: {"kind":"integer","data":14}\n';
    expect(await readUntil(named, "data:")).toContain(id);
    const headers = { "last-event-id": '{"kind":"integer","data":13}' };
    const resumed = await handler(new Request("http://p/sse?cursor=anything", { headers }));
    expect(await readUntil(resumed, "data:")).toContain("ord-7f5");
  });

  it.each([
    ["%7B", "bad cursor format\n"],
    ["nonsense", "bad cursor format\n"],
    ['{"kind":"merkle","data":1}', "bad cursor\n"],
    ['{"kind":"vector","data":{"a":1}}', "bad cursor\n"],
  ])("refuses the cursor %s", async (cursor, text) => {
    const { handler } = await peer();
    const response = await handler(new Request(`http://p/sse?cursor=${cursor}`));
    expect([response.status, await response.text()]).toEqual([400, text]);
    expect((await handler(new Request("http://p/sse", { method: "POST" }))).status).toBe(405);
  });

  it("begins at the start without a cursor, in pages", async () => {
    const { handler } = await peer();
    const text = await readUntil(await handler(new Request("http://p/sse")), "ord-7f5");
    expect(text).toContain("before-0");
  });
});

describe("the client", () => {
  it("sends its cursor, takes the example's frame, and comes back after refusals", async () => {
    const urls: string[] = [];
    const answers = [500, 500, 200];
    const failures: unknown[] = [];
    const seen: string[] = [];
    const transport = createSseTransport({
      url: "http://peer",
      async fetch(input) {
        urls.push(String(input));
        const status = answers.shift() ?? 503;
        return new Response(status === 200 ? `:\n\n${FRAME}` : "", { status });
      },
    });
    await transport.subscribe(
      ({ events }) => void seen.push(...events.map(({ event }) => event.id)),
      {
        failed: (error) => void failures.push(error),
      },
    );
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(["ord-7f5"]);
    await expect.poll(() => urls.length, { timeout: 5_000 }).toBeGreaterThan(3);
    await transport.close();
    expect(failures.length).toBeGreaterThanOrEqual(2);
    expect(urls[0]).toBe("http://peer/sse");
    expect(urls[3]).toBe(
      "http://peer/sse?cursor=%7B%22kind%22%3A%22integer%22%2C%22data%22%3A14%7D",
    );
  });

  it("reconnects when the line is silent for too long", async () => {
    let connections = 0;
    const transport = createSseTransport({
      url: "http://peer",
      silenceMs: 10,
      async fetch(_input, init) {
        connections++;
        const body = new ReadableStream<Uint8Array>({
          start: (controller) =>
            init?.signal?.addEventListener("abort", () => controller.error(new Error("over"))),
        });
        return new Response(body);
      },
    });
    await transport.subscribe(() => undefined);
    await expect.poll(() => connections, { timeout: 5_000 }).toBeGreaterThan(1);
    await transport.close();
  });
});

describe("frames", () => {
  it("are cut wherever the chunks end", () => {
    for (const size of [1, 2, 7, 1000]) {
      const cut = createFrameReader(10_000);
      const text = `:\n\nid: x\n${FRAME}${FRAME}data: half`;
      const found: string[] = [];
      for (let at = 0; at < text.length; at += size) found.push(...cut(text.slice(at, at + size)));
      expect(found).toHaveLength(2);
      expect(readFrame(found[0] ?? "").events[0]?.event).toEqual(PAID);
    }
  });

  it("have an end to their length, and are refused when they are damaged", () => {
    const cut = createFrameReader(100);
    expect(() => cut("x".repeat(101))).toThrowError(expect.objectContaining({ code: "too_large" }));
    for (const bad of ["", "7", '{"events":7}', "{", '{"next_cursor":{"kind":"merkle"}}'])
      expect(() => readFrame(bad)).toThrowError();
  });
});
