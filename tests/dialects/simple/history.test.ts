// simple-sync's history: not everything every time, and all of it however long it is.

import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { eventOf, type SimpleServer, serve, type WireEvent } from "./fixture.ts";

const E = "/api/v1/events";

/** Those of one second as they were accepted. */
function byTime(events: readonly WireEvent[]): WireEvent[] {
  return events.toSorted((a, b) => a.timestamp - b.timestamp);
}

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
    const read: WireEvent[] = [];
    for (let since = "", more = true; more; ) {
      const part = await call("GET", `${E}?limit=3${since}`, rootKey);
      read.push(...(part.json as WireEvent[]));
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
    ).toEqual(byTime(read));
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
    expect(all.json).toEqual(byTime(events));
    expect(
      await server.events(server.rootKey, `?since=${all.headers.get("syncline-place")}`),
    ).toEqual([]);
    expect(await server.events(server.rootKey, "?limit=5500")).toHaveLength(5_000);
  });

  test("a slow reader gets all of it, and nothing is read ahead but what lies on the way", async () => {
    let pages = 0;
    const server = await serve(async () => {
      const store = await open();
      return {
        ...store,
        async page(request) {
          const page = await store.page(request);
          if (page !== undefined && page.count > 0) pages += 1;
          return page;
        },
      };
    });
    const { rootKey } = server;
    const payload = JSON.stringify("x".repeat(200_000));
    const events = Array.from({ length: 120 }, () => eventOf(".root", "i", "a", payload));
    let place = "";
    for (let from = 0; from < events.length; from += 4) {
      const query = place === "" ? "" : `?since=${place}`;
      const body = events.slice(from, from + 4);
      const answer = await server.call("POST", E + query, rootKey, body);
      expect(answer.status).toBe(200);
      place = answer.headers.get("syncline-place") ?? "";
    }
    // Packed, all of this would lie on the way.
    const headers = { "X-API-Key": rootKey, "Accept-Encoding": "identity" };
    const whole = async () => {
      const answer = await fetch(server.server.url + E, { headers });
      expect(((await answer.json()) as unknown[]).length).toBe(events.length);
    };
    await whole(); // what came late is known from now on
    pages = 0;
    await whole();
    const ofOne = pages;
    pages = 0;
    const slow = await fetch(server.server.url + E, { headers });
    // While others read all, one after the other, it is given no more than its connection takes.
    for (let n = 0; n < 3; n++) await whole();
    const ahead = pages - 3 * ofOne;
    expect(ahead).toBeLessThan(ofOne / 2);
    expect(((await slow.json()) as unknown[]).length).toBe(events.length);
    expect(pages).toBe(4 * ofOne);
  });
});
