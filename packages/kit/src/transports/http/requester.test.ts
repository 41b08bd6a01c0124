// What a request finds out about its peer, and whose fault it is when it fails.

import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../stores/memory.ts";
import { idsOf, makeEvent } from "../../testing/events.ts";
import { IntegerVersion } from "../../versions/index.ts";
import { createHttpTransport, type HttpTransportOptions } from "./client.ts";
import { createSyncHandler } from "./index.ts";

const stored = (id: string) => ({
  event: makeEvent(id, { data: "x".repeat(2_000) }),
  version: new IntegerVersion(1n),
});

describe("a peer of the first generation, which unpacks nothing", () => {
  it("gets bodies as they are once its first answer has shown it", async () => {
    const store = createMemoryStore();
    const handler = createSyncHandler({ store });
    const packed: boolean[] = [];
    const transport = createHttpTransport({
      url: "http://peer",
      async fetch(input, init) {
        const request = new Request(input, init);
        packed.push(request.headers.has("content-encoding"));
        request.headers.delete("content-encoding");
        const answer = await handler(request);
        const { status } = answer;
        if (status !== 400) return answer;
        const error =
          "invalid request body: invalid character '\\x1f' looking for beginning of value";
        return Response.json({ error }, { status });
      },
    });
    expect(await transport.push([stored("a")])).toEqual({ rejected: [] });
    const next = [stored("b")];
    transport.prepare?.(next);
    expect(await transport.push(next)).toEqual({ rejected: [] });
    expect(await idsOf(store)).toEqual(["a", "b"]);
    expect(packed).toEqual([true, false, false]);
  });

  it("is not found in a peer that refuses the body for what it says", async () => {
    const packed: boolean[] = [];
    const transport = createHttpTransport({
      url: "http://peer",
      async fetch(input, init) {
        packed.push(new Request(input, init).headers.has("content-encoding"));
        return Response.json({ error: "no" }, { status: 400 });
      },
    });
    for (const id of ["a", "b"])
      await expect(transport.push([stored(id)])).rejects.toMatchObject({ code: "invalid" });
    expect(packed).toEqual([true, false, true, false]);
  });
});

describe("what the caller got wrong is not called the network's", () => {
  const bad = (headers: unknown) =>
    ({ url: "http://127.0.0.1:1", headers }) as unknown as HttpTransportOptions; // what programs without types do

  it("headers that are no function", () => {
    expect(() => createHttpTransport(bad({ authorization: "Bearer x" }))).toThrowError(
      expect.objectContaining({ code: "config", path: "headers" }),
    );
  });

  it("an address with a password", () => {
    expect(() => createHttpTransport({ url: "http://me:secret@peer" })).toThrowError(
      expect.objectContaining({ code: "config" }),
    );
  });

  it.each([
    ["headers that cannot be sent", async () => ({ authorization: "two\nlines" }), "config"],
    [
      "a function with a fault",
      async () => Reflect.apply(Reflect.get({}, "x") as () => never, {}, []),
      "internal",
    ],
  ])("%s", async (_, headers, code) => {
    const transport = createHttpTransport(bad(headers));
    await expect(transport.latestVersion()).rejects.toMatchObject({ code });
  });
});
