// Two nodes on one PostgreSQL: what is pushed to one is pulled from, and told by, the other.

import { manaDialect, openPostgresBus, openPostgresStore } from "@syncline/server";
import {
  startTestPostgres,
  startTestServer,
  type TestPostgres,
  type TestServer,
} from "@syncline/server/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { EPOCH, type WireAnswer } from "./fixture.ts";
import { type AuthService, startAuthService } from "./upstream.ts";

const SECRET = "one secret for all nodes, long enough for HS256";
let postgres: TestPostgres;
let auth: AuthService;
let nodes: [TestServer, TestServer];

beforeAll(async () => {
  postgres = await startTestPostgres();
  auth = await startAuthService();
  for (const user of ["anna", "ben"]) auth.memberships.set(user, ["acme"]);
  const url = await postgres.database();
  const node = async () =>
    await startTestServer({
      store: await openPostgresStore({ url }),
      server: {
        bus: await openPostgresBus({ url, key: "a key" }),
        auth: { secret: SECRET },
        dialects: [manaDialect({ memberships: { url: auth.url, serviceKey: "key" } })],
      },
    });
  nodes = [await node(), await node()];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await auth.close();
  await postgres.stop();
});

async function push(
  node: TestServer,
  clientId: string,
  since: string,
  changes: unknown[],
  user = "anna",
): Promise<WireAnswer> {
  const body = JSON.stringify({ clientId, since, changes });
  return (await (
    await node.call(user, "/sync/todo", { method: "POST", body })
  ).json()) as WireAnswer;
}

const insert = (id: string) => ({ table: "tasks", id, op: "insert", data: { id } });

test("[DM10] a socket of one node hears of pushes to the other, also of apps that it never saw", async () => {
  const [one, two] = nodes;
  const received: unknown[] = [];
  const socket = new WebSocket(`${two.url.replace("http", "ws")}/ws`);
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "auth", token: await two.token("anna") }));
  await vi.waitFor(() => expect(received).toEqual([{ type: "auth-ok" }]));
  const hint = { type: "sync-available", appId: "todo", tables: ["tasks"] };
  for (const count of [2, 3]) {
    await push(one, "a", EPOCH, [insert(`told${count}`)]);
    await vi.waitFor(() => expect(received).toHaveLength(count), { timeout: 5_000 });
    expect(received.at(-1)).toEqual(hint);
  }
  socket.terminate();
});

test("[DM2] pushes to both nodes at once are all found behind a cursor of either", async () => {
  const seen = new Set<string>();
  let since = EPOCH;
  let isWriting = true;
  const writing = Promise.all(
    nodes.flatMap((node, n) =>
      [0, 1].map(async (writer) => {
        for (let i = 0; i < 30; i++)
          await push(node, `w${n}${writer}`, "2999-01-01T00:00:00Z", [
            insert(`k${n}.${writer}.${i}`),
          ]);
      }),
    ),
  ).finally(() => {
    isWriting = false;
  });
  let turn = 0;
  for (let isLast = false; !isLast; ) {
    isLast = !isWriting;
    const { serverChanges, syncedUntil } = await push(
      nodes[++turn % 2] ?? nodes[0],
      "reader",
      since,
      [],
    );
    for (const { id } of serverChanges) seen.add(id);
    since = syncedUntil;
  }
  await writing;
  expect([...seen].filter((id) => id.startsWith("k"))).toHaveLength(120);
});

test("[DM13] a member on the other node is told at once of what is written to his organisation, and misses nothing", async () => {
  const [one, two] = nodes;
  const received: unknown[] = [];
  const socket = new WebSocket(`${two.url.replace("http", "ws")}/ws`);
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "auth", token: await two.token("ben") }));
  await vi.waitFor(() => expect(received).toEqual([{ type: "auth-ok" }]), { timeout: 10_000 });
  const shared = (id: string, spaceId?: string) => ({ ...insert(id), table: "shared", spaceId });
  await push(one, "a", EPOCH, [shared("first", "acme")]);
  const hint = { type: "sync-available", appId: "todo", tables: ["shared"] };
  await vi.waitFor(() => expect(received).toContainEqual(hint), { timeout: 10_000 });
  socket.terminate();
  // Both write to the organisation and to what is their own, on both nodes, while one of them reads.
  const seen = new Set<string>();
  let isWriting = true;
  const writing = Promise.all(
    nodes.flatMap((node, n) =>
      ["anna", "ben"].map(async (user) => {
        for (let i = 0; i < 15; i += 1) {
          const id = `s${n}.${user}.${i}`;
          await push(node, `w${n}`, "2999-01-01T00:00:00Z", [shared(id, "acme")], user);
          await push(node, `w${n}`, "2999-01-01T00:00:00Z", [shared(`own ${id}`)], user);
        }
      }),
    ),
  ).finally(() => {
    isWriting = false;
  });
  let since = EPOCH;
  for (let turn = 0, isLast = false; !isLast; turn += 1) {
    isLast = !isWriting;
    for (let more = true; more; ) {
      const answer = await push(nodes[turn % 2] ?? one, "reader", since, [], "ben");
      for (const { id } of answer.serverChanges) seen.add(id);
      since = answer.syncedUntil;
      more = isLast && answer.hasMore === true;
    }
  }
  await writing;
  expect([...seen].filter((id) => id.startsWith("s"))).toHaveLength(60);
  expect([...seen].filter((id) => id.startsWith("own s") && id.includes("ben"))).toHaveLength(30);
  expect([...seen].filter((id) => id.startsWith("own s") && id.includes("anna"))).toEqual([]);
});
