// How much one address, and one user, may have open: whoever has more shuts nobody else out.

import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type Everything,
  headOf,
  openPlain,
  openSocket,
  openStream,
  startEverything,
  syncRequest,
} from "./fixture.ts";

let server: Everything;
afterEach(() => server.close());

describe("[G11] idle connections of one address", () => {
  test("beyond so many are closed, and others are answered", async () => {
    server = await startEverything({ httpLimits: { connectionsOfAddress: 5 } });
    const idle = await Promise.all(Array.from({ length: 5 }, () => openPlain(server)));
    const more = await openPlain(server);
    await (more.destroyed || once(more, "close"));
    // The same address once more, as soon as one of its own is gone.
    idle[0]?.destroy();
    await expect
      .poll(async () => (await fetch(`${server.url}/health`).catch(() => undefined))?.status)
      .toBe(200);
    for (const one of idle) one.destroy();
  });

  test("are not counted where the address is a trusted proxy's", async () => {
    server = await startEverything({
      httpLimits: { connectionsOfAddress: 2 },
      trustProxy: ["loopback"],
    });
    const idle = await Promise.all(Array.from({ length: 6 }, () => openPlain(server)));
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    for (const one of idle) one.destroy();
  });
});

describe("[G11] streams and sockets of one address", () => {
  const from = (address: string) => ({ "x-forwarded-for": address });

  test("are counted together, whatever they speak, and by the forwarded address", async () => {
    server = await startEverything({
      httpLimits: { streamsOfAddress: 4 },
      trustProxy: ["loopback"],
    });
    const ana = await server.person("ana");
    await server.post("/v1/kit/shop/sync", syncRequest("c1", 1), ana.headers);
    const headers = { ...ana.headers, ...from("192.0.2.7") };
    const paths = ["/v1/todo/~/live", "/sync/todo/stream?collections=t"];
    for (const path of paths)
      expect([path, (await openStream(server, path, headers)).status]).toEqual([path, 200]);
    // Sockets count before anybody knows whose they are.
    const open = async (path: string, address: string) => {
      const socket = new WebSocket(server.url.replace("http", "ws") + path, {
        headers: from(address),
      });
      socket.on("error", () => undefined);
      const closed = new Promise<number>((resolve) => socket.once("close", resolve));
      await once(socket, "open");
      return { socket, closed };
    };
    const held = [await open("/ws", "192.0.2.7"), await open("/v1/live", "192.0.2.7")];
    expect(await (await open("/ws", "192.0.2.7")).closed).toBe(1013);
    for (const path of [...paths, "/kit/shop/sse"])
      expect([path, (await openStream(server, path, headers)).status]).toEqual([path, 429]);
    // Another address is nobody's neighbour.
    const other = await openStream(server, paths[0] ?? "", {
      ...ana.headers,
      ...from("192.0.2.8"),
    });
    expect(other.status).toBe(200);
    other.cancel();
    for (const { socket } of held) socket.terminate();
    await expect
      .poll(async () => {
        const again = await openStream(server, paths[0] ?? "", headers);
        again.cancel();
        return again.status;
      })
      .toBe(200);
  });
});

describe("[G11] messages of the sockets of one address", () => {
  const PATHS = ["/v1/live", "/ws", "/ws/todo"];
  const open = async (path: string, address: string) => {
    const socket = new WebSocket(server.url.replace("http", "ws") + path, {
      headers: { "x-forwarded-for": address },
    });
    socket.on("error", () => undefined);
    await once(socket, "open");
    let answers = 0;
    socket.on("message", () => void answers++);
    return { socket, answers: () => answers };
  };
  const ping = (socket: WebSocket, times: number) => {
    for (let time = 0; time < times; time++) socket.send('{"type":"ping"}');
  };

  test.each(PATHS)("%s: whoever sends too many waits, and is still answered", async (path) => {
    server = await startEverything({
      httpLimits: { messagesOfAddress: 50 },
      trustProxy: ["loopback"],
    });
    const ana = await server.person("ana");
    const { socket, answers } = await open(path, "192.0.2.7");
    socket.send(JSON.stringify({ type: "auth", token: ana.token }));
    await expect.poll(answers).toBe(1);
    ping(socket, 250);
    await expect.poll(answers).toBe(251);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  test.each(PATHS)(
    "%s: whoever goes on is cut off, with all that he has opened, and nobody else is",
    async (path) => {
      server = await startEverything({
        httpLimits: { messagesOfAddress: 50 },
        trustProxy: ["loopback"],
      });
      const flooding = await Promise.all([open(path, "192.0.2.7"), open(path, "192.0.2.7")]);
      const other = await open(path, "192.0.2.8");
      for (const { socket } of flooding) {
        const closed = once(socket, "close");
        ping(socket, 3_000);
        await closed;
      }
      const ana = await server.person("ana");
      other.socket.send(JSON.stringify({ type: "auth", token: ana.token }));
      await expect.poll(other.answers).toBe(1);
      other.socket.terminate();
    },
  );
});

test("[G11] one user has so many streams, whatever they speak", async () => {
  server = await startEverything({ liveLimits: { socketsOfUser: 3 } });
  const ana = await server.person("ana");
  const event = { id: "e1", type: "T", aggregate_id: "a", data: 1, metadata: null };
  await server.post("/kit/shop/push", [{ event, version: "" }], ana.headers);
  for (const [path, most] of [
    ["/v1/todo/~/live", 3],
    ["/kit/shop/sse", 20],
  ] as const) {
    const statuses = new Map<number, number>();
    const streams = await Promise.all(
      Array.from({ length: 40 }, () => openStream(server, path, ana.headers)),
    );
    for (const { status } of streams) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect([path, statuses.get(200), statuses.get(429)]).toEqual([path, most, 40 - most]);
    for (const stream of streams) stream.cancel();
  }
  const sockets = await Promise.all(
    Array.from({ length: 3 }, () => openSocket(server, "/v1/live", ana.token)),
  );
  const late = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`, ["syncline.v1"]);
  late.on("error", () => undefined);
  await once(late, "open");
  late.send(JSON.stringify({ type: "auth", token: ana.token }));
  const [code] = (await once(late, "close")) as [number];
  expect(code).toBe(4429);
  for (const { socket } of sockets) socket.terminate();
});

test("[G11] a request that does not arrive is not waited for, whatever it is for", async () => {
  server = await startEverything({ httpLimits: { headersMs: 500, requestMs: 1_000 } });
  const ana = await server.person("ana");
  for (const path of ["/v1/todo/~/sync", "/sync/todo", "/kit/shop/push", "/api/v1/habits"]) {
    const socket = await openPlain(server);
    const headers = { ...ana.headers, "content-type": "application/json", "content-length": "99" };
    socket.write(`${headOf("POST", path, headers)}{"a`);
    socket.resume();
    await (socket.destroyed || once(socket, "close"));
  }
  const silent = await openPlain(server);
  silent.resume();
  await (silent.destroyed || once(silent, "close"));
});
