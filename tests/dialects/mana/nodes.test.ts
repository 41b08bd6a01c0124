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

const SECRET = "one secret for all nodes, long enough for HS256";
let postgres: TestPostgres;
let nodes: [TestServer, TestServer];

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.database();
  const node = async () =>
    await startTestServer({
      store: await openPostgresStore({ url }),
      server: {
        bus: await openPostgresBus({ url, key: "a key" }),
        auth: { secret: SECRET },
        dialects: [manaDialect()],
      },
    });
  nodes = [await node(), await node()];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await postgres.stop();
});

async function push(
  node: TestServer,
  clientId: string,
  since: string,
  changes: unknown[],
): Promise<WireAnswer> {
  const body = JSON.stringify({ clientId, since, changes });
  return (await (
    await node.call("anna", "/sync/todo", { method: "POST", body })
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
