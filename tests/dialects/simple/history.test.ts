// simple-sync's history: not everything every time, and all of it however long it is.

import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { eventOf, type SimpleServer, serve } from "./fixture.ts";

const E = "/api/v1/events";

onBothStores("simple-sync's history", (open) => {
  const push = (server: SimpleServer, key: string | undefined, ...events: readonly unknown[]) =>
    server.call("POST", E, key, events);

  test("what is new since a place, a part at a time, a line each, and nothing where nothing is new", async () => {
    const server = await serve(open);
    const { call, rootKey } = server;
    const events = Array.from({ length: 7 }, () => eventOf(".root"));
    await push(server, rootKey, ...events);
    const all = await call("GET", E, rootKey);
    const place = all.headers.get("syncline-place") ?? "";
    expect(all.headers.get("etag")).toBe(`"${place}"`);
    const unchanged = await call("GET", E, rootKey, undefined, { "If-None-Match": `"${place}"` });
    expect([unchanged.status, unchanged.text]).toEqual([304, ""]);
    const late = eventOf(".root");
    const answer = await call("POST", `${E}?since=${place}`, rootKey, [late]);
    expect(answer.json).toEqual([late]);
    expect(
      (await call("GET", E, rootKey, undefined, { "If-None-Match": `"${place}"` })).status,
    ).toBe(200);
    const read: unknown[] = [];
    for (let since = "", more = true; more; ) {
      const part = await call("GET", `${E}?limit=3${since}`, rootKey);
      read.push(...(part.json as unknown[]));
      more = part.headers.get("syncline-more") === "true";
      since = `&since=${part.headers.get("syncline-place")}`;
    }
    expect(read).toEqual([...events, late]);
    const lines = await call("GET", E, rootKey, undefined, { Accept: "application/x-ndjson" });
    expect(lines.type).toBe("application/x-ndjson");
    expect(
      lines.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(read);
    // After a restore the history is another one: it is read from its beginning.
    expect(await server.events(rootKey, `?since=another.${place.split(".")[1]}`)).toEqual(read);
    for (const query of ["since=x", "since=", "limit=0", "limit=-1", "limit=x", "limit=1000000"])
      expect((await call("GET", `${E}?${query}`, rootKey)).status).toBe(400);
  });

  test("a history of many pages comes whole, in order", async () => {
    const server = await serve(open);
    const events = Array.from({ length: 6_000 }, () => eventOf(".root"));
    for (let from = 0; from < events.length; from += 1_000)
      await push(server, server.rootKey, ...events.slice(from, from + 1_000));
    const all = await server.call("GET", E, server.rootKey);
    // By time; those of one second as they were accepted.
    expect(all.json).toEqual(events.toSorted((a, b) => a.timestamp - b.timestamp));
    expect(
      await server.events(server.rootKey, `?since=${all.headers.get("syncline-place")}`),
    ).toEqual([]);
    expect(await server.events(server.rootKey, "?limit=5500")).toHaveLength(5_000);
  });
});
