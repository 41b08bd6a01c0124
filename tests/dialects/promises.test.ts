// What a dialect's app promises of its records holds for those who come by the native protocol, too, and no dialect tells
// of a record that is hidden from its caller.

import { kitDialect } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { describe, expect, test } from "vitest";
import { eventOf, NOW_MS, serve, uuidAt } from "./simple/fixture.ts";
import { onBothStores } from "./stores.ts";

let pushes = 0;

/** Puts a record by the native protocol, as a client of its own. */
async function put(
  server: TestServer,
  path: string,
  record: { readonly collection: string; readonly id: string; readonly fields: object },
  headers: Record<string, string>,
) {
  const clientId = `native${++pushes}`;
  const time = `${new Date(NOW_MS).toISOString()}-0000-${clientId}`;
  const changes = [{ ...record, op: "put", time }];
  const body = { clientId, now: time, cursor: null, mutations: [{ id: 1, seen: null, changes }] };
  const policies = { [record.collection]: "log" };
  const answer = await fetch(`${server.url}/v1/${path}/sync`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ ...body, policies }),
  });
  const { results } = (await answer.json()) as { results: { status: string; error?: unknown }[] };
  return results[0];
}

onBothStores("simple-sync by the native protocol", (open) => {
  const second = Math.floor(NOW_MS / 1000) - 10;
  const event = (more: object = {}) => {
    const { uuid: _uuid, ...fields } = { ...eventOf("ana"), timestamp: second };
    return { ...fields, ...more };
  };
  test.each<[string, string, object]>([
    ["an id that is no UUID", "mine", event()],
    ["a UUID of another time", uuidAt(second - 3_600), event()],
    ["a UUID in other letters", uuidAt(second).toUpperCase(), event()],
    [
      "the UUID of somebody else's event beside it",
      uuidAt(second),
      event({ uuid: uuidAt(second) }),
    ],
    ["a time to come", uuidAt(second + 200_000), event({ timestamp: second + 200_000 })],
    ["no item", uuidAt(second), event({ item: "" })],
    ["a field that events have not", uuidAt(second), event({ admin: true })],
    ["another author", uuidAt(second), event({ user: "bob" })],
    ["an action of the server's own", uuidAt(second), event({ action: ".acl.addRule" })],
  ])("an event with %s is refused as by the dialect", async (_what, id, fields) => {
    const server = await serve(open);
    const key = await server.user("ana");
    await server.rules(["*", "*", "*", "allow"]);
    const before = await server.events(server.rootKey);
    const headers = { authorization: `Bearer ${key}` };
    const record = { collection: "log", id, fields };
    const refused = { status: "rejected", error: { code: "schema" } };
    expect(await put(server.server, "simple/main", record, headers)).toMatchObject(refused);
    expect(await server.events(server.rootKey)).toEqual(before);
    const good = { collection: "log", id: uuidAt(second), fields: event() };
    expect(await put(server.server, "simple/main", good, headers)).toMatchObject({
      status: "applied",
    });
  });

  test("the older form's events are taken where that is served, under their own UUID alone", async () => {
    const server = await serve(open, {
      legacy: { secret: "0123456789abcdef0123456789abcdef", signIn: async () => undefined },
    });
    const key = await server.user("ana");
    await server.rules(["*", "*", "*", "allow"]);
    const headers = { authorization: `Bearer ${key}` };
    const of = (id: string, fields: object) =>
      put(server.server, "simple/main", { collection: "log", id, fields }, headers);
    expect(await of("e-1", event({ timestamp: 100 }))).toMatchObject({ status: "applied" });
    for (const fields of [event({ uuid: "e-1" }), event({ uuid: "e 3" }), event({ timestamp: 0 })])
      expect(await of("e-2", fields)).toMatchObject({ status: "rejected" });
  });
});

onBothStores("the kit by the native protocol", (open) => {
  const fields = (more: object = {}) => ({ type: "Sold", aggregateId: "a", data: 1, ...more });
  test.each<[string, object]>([
    ["the id of another event", fields({ eventId: "e9" })],
    ["a second name", fields({ eventId: "e1" })],
    ["a name that does not lie there", fields({ eventId: "with a blank" })],
    ["texts that are no JSON", fields({ exact: { data: "{", metadata: "null" } })],
    ["something else than texts", fields({ exact: { data: 1 } })],
    ["no type", fields({ type: null })],
    ["no aggregate", fields({ aggregateId: 5 })],
  ])("an event with %s is refused, and the others can be read", async (_what, bad) => {
    await using server = await startTestServer({
      apps: [],
      store: await open(),
      server: { dialects: [kitDialect()] },
    });
    const headers = { authorization: `Bearer ${await server.token("ana")}` };
    const event = (id: string, given: object) =>
      put(server, "kit/shop", { collection: "events", id, fields: given }, headers);
    expect(await event("e0", fields())).toMatchObject({ status: "applied" });
    expect(await event("e1", bad)).toMatchObject({ status: "rejected", error: { code: "schema" } });
    const pulled = await fetch(`${server.url}/kit/shop/pull?since=0`, { headers });
    expect([pulled.status, (await pulled.text()).match(/"id":"[^"]*"/g)]).toEqual([
      200,
      ['"id":"e0"'],
    ]);
  });
});

describe("a guess at what is hidden", () => {
  test("is answered by the kit as if nothing were there", async () => {
    await using server = await startTestServer({
      apps: [],
      server: { dialects: [kitDialect()] },
    });
    const as = async (user: string) => ({ authorization: `Bearer ${await server.token(user)}` });
    const owner = await as("olga");
    const eve = await as("eve");
    const push = async (headers: Record<string, string>, id: string, data: unknown) => {
      const event = { id, type: "Sold", aggregate_id: "a", data, metadata: null };
      const answer = await fetch(`${server.url}/kit/shop/push`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify([{ event, version: "" }]),
      });
      return [answer.status, (await answer.text()).replaceAll(id, "ID")];
    };
    await push(owner, "secret1", 1);
    const json = { ...owner, "content-type": "application/json" };
    const send = async (method: string, path: string, body: object) =>
      (
        await fetch(`${server.url}/v1/kit/shop/${path}`, {
          method,
          headers: json,
          body: JSON.stringify(body),
        })
      ).status;
    expect(await send("PUT", "members/eve", { role: "writer" })).toBeLessThan(300);
    const rules = [{ user: "eve", item: "notes.*", action: "*", type: "allow" }];
    expect(await send("POST", "rules", { rules: rules.map((rule) => rule) })).toBeLessThan(300);
    const nothing = await push(eve, "nothing", 1);
    expect(await push(eve, "secret1", 1)).toEqual(nothing);
    expect(await push(eve, "secret1", 2)).toEqual(nothing);
  });
});
