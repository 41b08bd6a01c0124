// A server that is told to stop: what was begun is finished and kept, what comes then is sent away.

import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { createMemoryStore } from "@syncline/server";
import { expect, test } from "vitest";
import { type Person, startKanso } from "./fixture.ts";

const BODY = JSON.stringify({ id: "late", title: "Begun before the end" });

/** A request whose body is only half there. */
async function begin(url: string, { token }: Person): Promise<ClientRequest> {
  const sent = request(`${url}/api/v1/habits`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-length": Buffer.byteLength(BODY),
      expect: "100-continue",
    },
  });
  // The server has seen its head, and waits for the body.
  const waits = once(sent, "continue");
  sent.flushHeaders();
  await waits;
  sent.write(BODY.slice(0, 10));
  return sent;
}

test("a request that was begun is answered and kept; the next one finds nobody", async () => {
  const store = createMemoryStore();
  let closed = false;
  const kept = {
    ...store,
    async close() {
      closed = true;
    },
  };
  const { server, person } = await startKanso(kept);
  const ada = await person();
  const sent = await begin(server.url, ada);
  const answered = once(sent, "response");
  const closing = server.close();
  await expect
    .poll(() =>
      ada.call("GET", "/habits").then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .not.toBe(200);
  expect(closed).toBe(false);
  sent.end(BODY.slice(10));
  const [response] = (await answered) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(201);
  await closing;
  expect(closed).toBe(true);
  await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  const page = await store.head(`kanso/~${ada.id}`);
  expect(page?.stamp).toBeGreaterThan(0);
});

test("twenty who write while it stops: each write that was answered is there afterwards", async () => {
  const store = createMemoryStore();
  const kept = { ...store, close: async () => undefined };
  const first = await startKanso(kept);
  const ada = await first.person();
  await ada.call("POST", "/habits", { id: "h", title: "x" });
  const answered = new Set<string>();
  const refused = new Set<number>();
  const write = async (writer: number) => {
    for (let i = 0; ; i += 1) {
      const id = `e${writer}-${i}`;
      const body = { id, habit_id: "h", completion_date: new Date().toISOString(), value: 1 };
      const status = await ada.call("POST", "/entries", body).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status !== 201) return void refused.add(status);
      answered.add(id);
    }
  };
  const writing = Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
  await expect.poll(() => answered.size).toBeGreaterThan(20);
  await first.server.close();
  await writing;
  // Sent away by name, or by a port that nobody listens on any more.
  for (const status of refused) expect([0, 503]).toContain(status);
  const second = await startKanso(kept, { auth: { secret: first.server.secret } });
  try {
    const { body } = await second.call("GET", "/api/v1/entries/sync", undefined, {
      authorization: `Bearer ${ada.token}`,
    });
    const there = new Set(body.changes.map(({ id }: { id: string }) => id));
    expect([...answered].filter((id) => !there.has(id))).toEqual([]);
  } finally {
    await second.server.close();
  }
});
