// A server that is told to stop: what was begun is finished and kept, what comes then is sent away.

import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { onEveryStore, type Person } from "./fixture.ts";

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

onEveryStore(({ kanso, start }) => {
  test("a request that was begun is answered and kept; the next one finds nobody", async () => {
    let closed = false;
    const { server, person } = await start({}, () => ({
      async close() {
        closed = true;
      },
    }));
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
    const kept = await kanso().server.store.head(`kanso/~${ada.id}`);
    expect(kept?.stamp).toBeGreaterThan(0);
  });

  test("one whose request stays half sent holds it up for a while, and not for ever", async () => {
    const hour = 3_600_000;
    const waits = { closeMs: hour, requestMs: hour, idleMs: hour };
    const { server, person } = await start({ httpLimits: { ...waits, halfSentMs: 200 } });
    const ada = await person();
    const sent = await begin(server.url, ada);
    const cut = new Promise((resolve) => sent.once("error", resolve));
    const { hostname, port } = new URL(server.url);
    const head = connect(Number(port), hostname);
    await once(head, "connect");
    head.write("POST /api/v1/habits HTTP/1.1\r\nhost: a\r\n");
    const gone = new Promise((resolve) => head.once("close", resolve));
    head.on("error", () => undefined); // which is how it may be told
    await server.close();
    await Promise.all([cut, gone]);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  test("twenty who write while it stops: each write that was answered is there afterwards", async () => {
    const first = await start();
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
    const { body } = await kanso().call("GET", "/api/v1/entries/sync", undefined, {
      authorization: `Bearer ${ada.token}`,
    });
    const there = new Set(body.changes.map(({ id }: { id: string }) => id));
    expect([...answered].filter((id) => !there.has(id))).toEqual([]);
  });
});
