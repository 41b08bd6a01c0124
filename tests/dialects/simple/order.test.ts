// simple-sync: the order of the history. By time for keys, by acceptance for tokens and for what is new since a place.

import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { NOW_MS, type SimpleServer, serve, uuidAt, type WireEvent } from "./fixture.ts";

const E = "/api/v1/events";
const LEGACY = {
  legacy: {
    secret: "a secret that is at least 32 characters long",
    signIn: async () => ({ userUuid: "user-123" }),
  },
};
const START = Math.floor(NOW_MS / 1000) - 100_000;

onBothStores("simple-sync, the order of its history", (open) => {
  let made = 0;
  /** An event of a second after the start; in milliseconds where it has a fraction. */
  const at = (seconds: number): WireEvent => {
    const timestamp = START + Math.floor(seconds);
    const uuid = uuidAt(timestamp);
    const isExact = !Number.isInteger(seconds);
    const rest = { user: ".root", item: "i", action: "a", payload: String(++made) };
    return { uuid, timestamp: isExact ? timestamp * 1000 + 345 : timestamp, ...rest };
  };
  const push = async (server: SimpleServer, ...events: WireEvent[]) => {
    const answer = await server.call("POST", E, server.rootKey, events);
    expect(answer.status).toBe(200);
    return answer;
  };
  const uuids = (events: unknown) => (events as WireEvent[]).map(({ uuid }) => uuid);

  test("by time, those of one time as they were accepted, whole and in the answer to a push", async () => {
    const server = await serve(open, LEGACY);
    const [a, b, c, d, e, f] = [at(20), at(10), at(20), at(30), at(20.5), at(10)];
    await push(server, a);
    await push(server, b, c);
    const answer = await push(server, d, e, f);
    const byTime = uuids([b, f, a, c, e, d]);
    expect(uuids(answer.json)).toEqual(byTime);
    expect(uuids(await server.events())).toEqual(byTime);
    const lines = await server.call("GET", E, server.rootKey, undefined, {
      accept: "application/x-ndjson",
    });
    const read = lines.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(uuids(read)).toEqual(byTime);

    const accepted = uuids([a, b, c, d, e, f]);
    expect(uuids(await server.events(server.rootKey, "?limit=100"))).toEqual(accepted);
    expect(uuids(await server.events(server.rootKey, "?since=.0"))).toEqual(accepted);
    const signedIn = await server.call("POST", "/auth/token", undefined, {
      username: "u",
      password: "p",
    });
    const { token } = signedIn.json as { token: string };
    const older = { Authorization: `Bearer ${token}` };
    for (const path of ["/events", E])
      expect(uuids((await server.call("GET", path, undefined, undefined, older)).json)).toEqual(
        accepted,
      );
  });

  test("what is new since a place is by acceptance, and nothing is missed", async () => {
    const server = await serve(open);
    const first = await push(server, at(20), at(30));
    const place = first.headers.get("syncline-place") ?? "";
    const late = [at(25), at(5), at(40)];
    await push(server, ...late);
    const since = await server.events(server.rootKey, `?since=${place}`);
    expect(uuids(since)).toEqual(uuids(late));
    expect(await server.events()).toHaveLength(5);
  });

  test("whatever an event's texts look like, they come back as they were sent, in both forms", async () => {
    const server = await serve(open, LEGACY);
    const odd = [
      '","item":"x"}',
      "\\",
      '\\"',
      "\u2028\n",
      "{}},{",
      "ä✓😀",
      '"user":"b","item":"c"',
    ];
    const events = odd.map((text, i) => ({
      ...at(i),
      ...{ item: `item ${text}`, action: `do ${text}`, payload: text },
    }));
    events.push({ ...at(odd.length), payload: "" });
    events.push({ ...at(20), uuid: uuidAt(START + 20).toUpperCase() });
    await push(server, ...events);
    expect(await server.events()).toEqual(events);
    const signedIn = await server.call("POST", "/auth/token", undefined, {
      username: "u",
      password: "p",
    });
    const { token } = signedIn.json as { token: string };
    const older = { Authorization: `Bearer ${token}` };
    const answer = await server.call("GET", "/events", undefined, undefined, older);
    expect(answer.json).toEqual(
      events.map(({ user: userUuid, item: itemUuid, ...rest }) => ({
        userUuid,
        itemUuid,
        ...rest,
      })),
    );
  });

  test("a long history that is written in any order comes by time, also while it grows", async () => {
    const server = await serve(open);
    const order = Array.from({ length: 6_000 }, (_, i) => (i % 3 === 0 ? (i * 7_919) % 9_000 : i));
    const events = order.map((seconds) => at(seconds));
    for (let from = 0; from < events.length; from += 2_000) {
      await push(server, ...events.slice(from, from + 2_000));
      const known = events.slice(0, from + 2_000);
      const byTime = known.toSorted((x, y) => x.timestamp - y.timestamp);
      expect(await server.events()).toEqual(byTime);
    }
    const growing = [
      server.events(),
      push(server, at(4_500)),
      server.events(),
      push(server, at(1)),
    ];
    await Promise.all(growing);
    const last = await server.events();
    const times = last.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((x, y) => x - y));
    expect(new Set(uuids(last)).size).toBe(6_002);
  });
});
