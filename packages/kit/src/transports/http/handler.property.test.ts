// Whatever is sent to a peer, it answers; it never fails inside, and never stores what is no event.

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createMemoryStore } from "../../stores/memory.ts";
import { createEnvelopeHandler, createSyncHandler } from "./index.ts";

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom("a", "integer", "vector", "\u0000", "1"),
);
/** Almost right, most of the time. */
const record = fc.record(
  {
    event: fc.record(
      {
        id: fc.oneof(text, fc.integer()),
        type: text,
        aggregate_id: fc.oneof(text, fc.constant(null)),
        data: fc.jsonValue(),
        metadata: fc.oneof(fc.constant(null), fc.dictionary(text, fc.jsonValue()), fc.integer()),
      },
      { requiredKeys: [] },
    ),
    version: fc.oneof(text, fc.constantFrom("0", "1", "-1", "99999999999999999999")),
  },
  { requiredKeys: [] },
);
const cursor = fc.oneof(
  fc.jsonValue(),
  fc.record({
    kind: text,
    data: fc.oneof(fc.integer(), fc.dictionary(text, fc.integer()), fc.jsonValue()),
  }),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .oneof(
      fc.array(record, { maxLength: 5 }),
      fc.record({ since: cursor, limit: fc.jsonValue() }, { requiredKeys: [] }),
      fc.jsonValue(),
    )
    .map((value) => new TextEncoder().encode(JSON.stringify(value))),
);

it("answers 200 or says what was wrong, for any body, on any route", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("/push", "/pull-cursor", "/envelope"),
      body,
      fc.constantFrom("none", "gzip", "lie"),
      async (path, bytes, encoding) => {
        const store = createMemoryStore();
        const failures: unknown[] = [];
        const limits = { maxRequestBytes: 2_000, maxInflatedBytes: 2_000 };
        const failed = (error: unknown) => void failures.push(error);
        const handler =
          path === "/envelope"
            ? createEnvelopeHandler({ store })
            : createSyncHandler({ store, ...limits, failed });
        const sent = encoding === "gzip" ? gzipSync(bytes) : bytes;
        const headers = encoding === "none" ? {} : { "content-encoding": "gzip" };
        const request = new Request(`http://p${path}`, {
          method: "POST",
          headers,
          body: new Uint8Array(sent),
        });
        const { status } = await handler(request);
        expect([200, 400, 413, 422]).toContain(status);
        expect(failures).toEqual([]);
        for await (const { event } of store.load(null)) {
          expect(event.id.isWellFormed() && event.type.isWellFormed()).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});

it("answers any since with a page or with 400", async () => {
  const handler = createSyncHandler({ store: createMemoryStore() });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (since) => {
      fc.pre(since.isWellFormed());
      const { status } = await handler(
        new Request(`http://p/pull?since=${encodeURIComponent(since)}`),
      );
      expect([200, 400]).toContain(status);
    }),
  );
});
