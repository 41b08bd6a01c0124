// One attack, from an address of its own, until it is told to stop. Says how much it sent and what it was answered.

import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";

const [name = "", url = "", token = ""] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const MIB = 2 ** 20;

let stopped = false;
const counts = new Map<string, number>();
const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);

function open(): Socket {
  // Another address than the honest client's: limits of addresses are the attacker's own.
  const socket = connect({ host: hostname, port: Number(port), localAddress: "127.0.0.2" });
  socket.on("error", () => count("cut"));
  return socket;
}

function head(method: string, path: string, headers: Record<string, string | number> = {}): string {
  const all = { host: "localhost", authorization: `Bearer ${token}`, ...headers };
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** One request on a connection of its own; waits for the first line of the answer. */
async function ask(text: string, body?: Buffer): Promise<void> {
  const socket = open();
  await new Promise<void>((resolve) => {
    socket.once("data", (data) => {
      count(/^HTTP\/1.1 (\d+)/.exec(String(data))?.[1] ?? "?");
      resolve();
    });
    socket.once("close", () => resolve());
    socket.write(text);
    if (body !== undefined) socket.write(body);
  });
  socket.destroy();
}

/** So many of it at once, again and again. */
async function flood(lanes: number, once: () => Promise<void>): Promise<void> {
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (!stopped) {
        await once();
        // A refusal that comes at once is no reason to fill the machine with connections.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }),
  );
}

const post = (path: string, body: Buffer, headers: Record<string, string | number> = {}) =>
  ask(
    head("POST", path, {
      "content-type": "application/json",
      "content-length": body.length,
      ...headers,
    }),
    body,
  );

let pushed = 0;
function largePush(): Buffer {
  const now = `${new Date().toISOString()}-0000-attacker`;
  const mutations = Array.from({ length: 10 }, () => ({
    id: ++pushed,
    seen: null,
    changes: Array.from({ length: 100 }, (_, i) => ({
      ...{ collection: "todos", id: `a${i}`, op: "put", time: now },
      fields: { title: "x".repeat(300), n: pushed },
    })),
  }));
  return Buffer.from(JSON.stringify({ clientId: "attacker", now, cursor: null, mutations }));
}

function hold(make: () => Socket, many: number, then: (socket: Socket) => void): Promise<void> {
  return flood(4, async () => {
    const sockets = Array.from({ length: many / 4 }, make);
    for (const socket of sockets) then(socket);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    for (const socket of sockets) socket.destroy();
  });
}

/** A text frame of a WebSocket client, masked with zeros. */
function frame(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]);
}

const bomb = gzipSync(Buffer.alloc(200 * MIB));
const ATTACKS: Readonly<Record<string, () => Promise<void>>> = {
  slashes: () => flood(16, () => ask(head("GET", `/api/v1/${"/".repeat(15_000)}a/`))),
  brackets: () => flood(8, () => post("/v1/todo/~/sync", Buffer.alloc(MIB, "["))),
  bombs: () => flood(8, () => post("/kit/shop/push", bomb, { "content-encoding": "gzip" })),
  guesses: () =>
    flood(64, () =>
      post(
        "/accounts/login",
        Buffer.from(JSON.stringify({ email: "honest@example.org", password: "wrong-one-42" })),
      ),
    ),
  strangers: () => flood(64, () => ask(head("GET", "/v1/todo/~/changes", { authorization: "x" }))),
  pushes: () => flood(8, () => post("/v1/todo/~/sync", largePush())),
  idle: () => hold(open, 2_000, () => undefined),
  slow: () =>
    hold(open, 800, (socket) => socket.write("POST /v1/todo/~/sync HTTP/1.1\r\nhost: x\r\n")),
  streams: () => hold(open, 800, (socket) => socket.write(head("GET", "/v1/todo/~/live"))),
  deaf: () =>
    hold(open, 100, (socket) => {
      const upgrade = {
        ...{ upgrade: "websocket", connection: "Upgrade" },
        ...{ "sec-websocket-version": "13", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" },
      };
      socket.write(head("GET", "/v1/live", upgrade));
      setTimeout(() => {
        socket.pause();
        socket.write(frame({ type: "ping" }));
        const many = Buffer.concat(Array.from({ length: 5_000 }, () => frame({ type: "ping" })));
        if (!socket.destroyed) socket.write(many);
      }, 200);
    }),
};

const attack = ATTACKS[name];
if (attack === undefined) throw new Error(`There is no attack ${name}.`);
process.once("message", () => {
  stopped = true;
  process.send?.({ counts: Object.fromEntries(counts) });
  process.disconnect?.();
  setTimeout(() => process.exit(0), 50);
});
process.send?.({ ready: true });
await attack();
