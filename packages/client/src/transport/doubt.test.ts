// A connection on which nothing comes back is doubted, whatever the protocol; a server that is only slow is waited for.

import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpTransport } from "./http.ts";

const open: { close(): void; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) {
    one.closeAllConnections?.();
    one.close();
  }
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

const transportTo = (url: string) =>
  createHttpTransport({ url, app: "todo", token: async () => "t", doubtMs: 100 });
const SIGNAL = { signal: new AbortController().signal };
const REQUEST = { cursor: null, clientId: "c" };
const DELTA = {
  changes: [],
  cursor: "1.e.0.all.00000000",
  more: false,
  lastMutation: 0,
  now: "2026-11-20T10:00:00.000Z-0000-server",
};

describe("while nothing comes back over HTTP", () => {
  test("a server that answers nothing is given up: a call, and a first reading", async () => {
    const sockets = new Set<{ destroy(): void }>();
    const silent = createTcpServer((socket) => sockets.add(socket));
    const transport = transportTo(await listen(silent));
    const offline = { code: "offline", message: expect.stringContaining("127.0.0.1") };
    await expect(transport.pull("~", { ...REQUEST, limit: 1 }, SIGNAL)).rejects.toMatchObject(
      offline,
    );
    await expect(
      (async () => {
        for await (const _ of transport.stream("~", REQUEST, SIGNAL));
      })(),
    ).rejects.toMatchObject(offline);
    for (const socket of sockets) socket.destroy();
  });

  test("a server that is slow, and says that it is there, is waited for", async () => {
    let asked = 0;
    const slow = createServer((request, response) => {
      if (request.url === "/health") {
        asked += 1;
        response.end("{}");
        return;
      }
      const look = setInterval(() => {
        if (asked < 3) return;
        clearInterval(look);
        response.setHeader("content-type", "application/json").end(JSON.stringify(DELTA));
      }, 10);
    });
    const transport = transportTo(await listen(slow));
    expect(await transport.pull("~", { ...REQUEST, limit: 1 }, SIGNAL)).toEqual(DELTA);
    expect(asked).toBeGreaterThanOrEqual(3);
  });
});
