// WebSockets that misbehave, and callers that are not let in.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket as Socket } from "ws";
import { createMemoryStore } from "../../stores/memory.ts";
import { type ObservedStore, observeStore } from "../../stores/observed.ts";
import { makeEvent } from "../../testing/events.ts";
import { createWebSocketTransport } from "./index.ts";
import { attachWebSocketPeer, type WebSocketPeer } from "./server.ts";

let store: ObservedStore;
let server: Server;
let peer: WebSocketPeer;
let url: string;
let admitted: boolean;
beforeEach(async () => {
  admitted = true;
  store = observeStore(createMemoryStore());
  server = createServer();
  peer = attachWebSocketPeer({ store, server, maxMessageBytes: 100_000, admit: () => admitted });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sync/ws`; // it listens on a port
});
afterEach(async () => {
  await peer.close();
  server.close();
  await store.close();
});

/** Sends one message and gives the answer, or the code with which the peer closed. */
async function say(message: string | Uint8Array): Promise<string | number> {
  const socket = new Socket(url);
  await once(socket, "open");
  const answer = new Promise<string | number>((resolve) => {
    socket.on("message", (data) => resolve(data.toString()));
    socket.on("close", (code) => resolve(code));
  });
  socket.send(message);
  const said = await answer;
  socket.terminate();
  return said;
}

describe("an upgrade to a path that nobody takes", () => {
  const refused = async (path: string) => {
    const socket = new Socket(new URL(path, url));
    const [, response] = (await once(socket, "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ]; // as ws has it
    socket.on("error", () => undefined); // it says that it was closed while it opened
    socket.terminate();
    return response.statusCode;
  };

  it("is answered, by one peer or several", async () => {
    expect(await refused("/wrong")).toBe(404);
    const other = attachWebSocketPeer({ store, server, path: "/other" });
    expect(await refused("/wrong")).toBe(404);
    await peer.close();
    expect(await refused("/sync/ws")).toBe(404);
    await other.close();
  });

  it("is left to others who listen", async () => {
    server.on("upgrade", (request, socket) => {
      if (request.url === "/theirs") socket.end("HTTP/1.1 418 Theirs\r\nConnection: close\r\n\r\n");
    });
    expect(await refused("/theirs")).toBe(418);
  });
});

describe("the peer", () => {
  it.each<[string | Uint8Array, string | number]>([
    ["nonsense", 1007],
    ["7", 1007],
    [new Uint8Array([1, 2]), 1003],
    ["x".repeat(200_000), 1009],
    ["1 steal {}", '1 {"error":{"code":"invalid","message":"There is no such method."}}'],
    ["2 constructor {}", '2 {"error":{"code":"invalid","message":"There is no such method."}}'],
    ["3 push nonsense", '3 {"error":{"code":"invalid","message":"the body is not valid JSON"}}'],
    ["4 push null", '4 {"ok":{"status":"ok"}}'],
    ["5 latest null", '5 {"ok":"0"}'],
    ["6 pull {}", '6 {"ok":{"events":[],"more":false}}'],
    ['7 pull {"since":{"kind":"vector","data":{"a":1}}}', '7 {"error":{"code":"invalid"'],
  ])("answers %j", async (message, expected) => {
    const said = await say(message);
    if (typeof expected === "number") expect(said).toBe(expected);
    else expect(String(said).startsWith(expected)).toBe(true);
    expect((await store.latestVersion()).isZero()).toBe(true);
  });

  it("lets nobody in who is not admitted, and says nothing of why", async () => {
    admitted = false;
    const transport = createWebSocketTransport({ url });
    await expect(transport.pull(null)).rejects.toMatchObject({ code: "offline" });
    await transport.close();
    expect(() => createWebSocketTransport({ url: "http://x" })).toThrowError(
      expect.objectContaining({ code: "config" }),
    );
  });

  it("answers many questions at once, each to who asked it", async () => {
    await store.storeBatch(Array.from({ length: 100 }, (_, i) => makeEvent(`e${i}`)));
    const transport = createWebSocketTransport({ url });
    const pages = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        transport.pull(store.parseVersion(String(i)), { limit: 1 }),
      ),
    );
    expect(pages.map(({ events }) => events[0]?.event.id)).toEqual(
      Array.from({ length: 60 }, (_, i) => `e${i}`),
    );
    await transport.close();
  });
});
