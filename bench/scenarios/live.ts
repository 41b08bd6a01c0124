// Live updates, against bare WebSockets: from one device's write to another's live query, one change to a
// thousand sockets, and what an idle connection costs.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collection, openClient, openMemoryStore } from "@syncline/client";
import { WebSocket } from "ws";
import { type Figure, quantile, spread } from "../measure.ts";
import { startRawSockets } from "../raw-sockets.ts";
import { type MeasuredServer, startMeasuredServer } from "../server.ts";

const SAMPLES = 500;
const SOCKETS = 1_000;
const ROUNDS = 15;
const TEXT = "x".repeat(200);

export async function liveScenario(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  const server = await startMeasuredServer(join(folder, "syncline.db"));
  const raw = await startRawSockets();
  const durable = await startRawSockets({ path: join(folder, "raw.db") });
  try {
    return [
      ...(await deviceToDevice(server, raw.url, durable.url)),
      ...(await memoryOfIdle(server, raw)),
      ...(await toManySockets(server, raw.url)),
      ...(await compressed()),
    ];
  } finally {
    await server.stop();
    await raw.stop();
    await durable.stop();
    await rm(folder, { recursive: true });
  }
}

/** One device writes, and another one's live query shows it; in turn with the same text over bare sockets. */
async function deviceToDevice(
  server: MeasuredServer,
  rawUrl: string,
  durableUrl: string,
): Promise<Figure[]> {
  const open = async () =>
    await openClient({
      url: server.url,
      app: "bench",
      token: async () => server.token,
      store: await openMemoryStore(),
      collections: { items: collection<{ text: string; n: number }>() },
      space: "latency",
    });
  const [a, b] = [await open(), await open()];
  const live = b.collections.items.live({ where: { id: "one" } });
  await a.collections.items.insert({ id: "one", text: TEXT, n: 0 }).synced;
  let shown = (_n: number) => {};
  live.subscribe(() => shown(live.getSnapshot().rows[0]?.n ?? -1));
  for (const client of [a, b])
    await until(() => client.status.getSnapshot().phase === "live", "a live connection");
  await until(() => live.getSnapshot().rows.length === 1, "the first record");

  const message = JSON.stringify({ id: "one", text: TEXT, n: 0 });
  const bare = await openRelay(rawUrl, message);
  const durable = await openRelay(durableUrl, message);
  const samples = { ours: [] as number[], bare: [] as number[], durable: [] as number[] };
  for (let n = 1; n <= SAMPLES + 50; n++) {
    const seen = new Promise<void>((resolve) => {
      shown = (now) => now === n && resolve();
    });
    const began = performance.now();
    const write = a.collections.items.update("one", { n });
    await seen;
    const took = performance.now() - began;
    await write.synced;
    await until(() => !a.status.getSnapshot().syncing, "the end of the push");
    const limits = [await bare.pass(), await durable.pass()] as const;
    if (n <= 50) continue; // all warm up
    samples.ours.push(took);
    samples.bare.push(limits[0]);
    samples.durable.push(limits[1]);
  }
  bare.close();
  durable.close();
  for (const client of [a, b]) await client.close();
  const at = (of: number[], q: number) =>
    quantile(
      of.toSorted((x, y) => x - y),
      q,
    );
  const figure = (against: "bare" | "durable", q: number, target: number | null): Figure => {
    const [own, limit] = [at(samples.ours, q), at(samples[against], q)];
    const what =
      against === "bare" ? "bare ws" : "bare ws with the message on disk before it goes out";
    return {
      id: `live.device-to-device.${against}.p${q * 100}`,
      title: `One change to another device's live query, as a multiple of a message over ${what}, p${q * 100}`,
      value: round(own / limit),
      unit: "×",
      target,
      better: "lower",
      note: `${round(own)} ms, ${against} ${round(limit)} ms; ${SAMPLES} samples`,
    };
  };
  return [
    figure("bare", 0.5, 3),
    figure("bare", 0.99, null),
    figure("durable", 0.5, 3),
    figure("durable", 0.99, null),
  ];
}

/** Two bare sockets, of which one hears what the other says. */
async function openRelay(url: string, message: string) {
  const [sender, receiver] = [await openSocket(url), await openSocket(url)];
  return {
    /** Milliseconds until a message has passed. */
    async pass(): Promise<number> {
      const arrived = new Promise<void>((resolve) => receiver.once("message", () => resolve()));
      const sent = performance.now();
      sender.send(message);
      await arrived;
      return performance.now() - sent;
    },
    close() {
      for (const socket of [sender, receiver]) socket.terminate();
    },
  };
}

/** What a connected client that does nothing costs the server. */
async function memoryOfIdle(
  server: MeasuredServer,
  raw: Awaited<ReturnType<typeof startRawSockets>>,
): Promise<Figure[]> {
  const before = { ours: await server.memory(), raw: await raw.memory() };
  const ours = await followers(server, "idle");
  const bare = await inBatches(() => openSocket(raw.url));
  const after = { ours: await server.memory(), raw: await raw.memory() };
  for (const socket of [...ours, ...bare]) socket.terminate();
  const kib = (grown: number) => (grown * 1024) / SOCKETS;
  const [own, limit] = [kib(after.ours - before.ours), kib(after.raw - before.raw)];
  return [
    {
      id: "live.idle-memory",
      title:
        "Server memory of an idle client that follows a space, as a multiple of an idle bare ws",
      value: round(own / limit),
      unit: "×",
      target: 2,
      better: "lower",
      note: `${round(own)} KiB, bare ${round(limit)} KiB; ${SOCKETS} sockets of ${SOCKETS / 20} users`,
    },
  ];
}

/** From a push to the last of a thousand sockets; the same bytes over a bare server in turn. */
async function toManySockets(server: MeasuredServer, rawUrl: string): Promise<Figure[]> {
  const ours = await followers(server, "many");
  const bare = await inBatches(() => openSocket(rawUrl));
  const [sender] = [await openSocket(rawUrl)];
  const change = (n: number) => ({
    collection: "items",
    id: "one",
    op: "put" as const,
    time: `${new Date().toISOString()}-0000-pusher`,
    fields: { text: TEXT, n },
  });
  let frame = "";
  const times: number[] = [];
  const limits: number[] = [];
  for (let n = 1; n <= ROUNDS + 3; n++) {
    const all = everybody(ours, (text) => {
      frame = text;
    });
    const began = performance.now();
    const pushed = server.push("bench/many", "pusher", [
      { id: n, seen: null, changes: [change(n)] },
    ]);
    await all;
    const took = performance.now() - began;
    await pushed;
    const others = everybody(bare, () => undefined);
    const sent = performance.now();
    sender.send(frame);
    await others;
    if (n <= 3) continue; // both warm up
    times.push(took);
    limits.push(performance.now() - sent);
  }
  for (const socket of [...ours, ...bare, sender]) socket.terminate();
  const [own, limit] = [spread(times), spread(limits)];
  return [
    {
      id: "live.broadcast.1000",
      title:
        "One change to 1,000 sockets, durable on the way, to the last, as a multiple of a bare ws broadcast",
      value: round(own.median / limit.median),
      unit: "×",
      target: 1.5,
      better: "lower",
      note: `${round(own.median)} ms (${round(own.min)}–${round(own.max)}), bare ${round(limit.median)} ms (${round(limit.min)}–${round(limit.max)}); ${frame.length} bytes`,
    },
  ];
}

/** What compressing each message would cost, on bare servers: why ours does not. */
async function compressed(): Promise<Figure[]> {
  const message = JSON.stringify({ type: "changes", text: TEXT, more: sampleText(400) });
  const measure = async (deflate: boolean) => {
    const server = await startRawSockets({ deflate });
    const before = await server.memory();
    const sockets = await inBatches(() => openSocket(server.url, deflate));
    const sender = await openSocket(server.url, deflate);
    const times: number[] = [];
    for (let n = 0; n < 8; n++) {
      const all = everybody(sockets, () => undefined);
      const began = performance.now();
      sender.send(message);
      await all;
      if (n >= 3) times.push(performance.now() - began);
    }
    const kib = (((await server.memory()) - before) * 1024) / SOCKETS;
    for (const socket of [...sockets, sender]) socket.terminate();
    await server.stop();
    return { kib, ms: spread(times).median };
  };
  const plain = await measure(false);
  const deflated = await measure(true);
  return [
    {
      id: "live.deflate.memory",
      title: "Memory of a bare ws socket with permessage-deflate, as a multiple of one without",
      value: round(deflated.kib / plain.kib),
      unit: "×",
      target: null,
      better: "lower",
      note: `${round(deflated.kib)} KiB, without ${round(plain.kib)} KiB; after 8 messages of ${message.length} bytes`,
    },
    {
      id: "live.deflate.broadcast",
      title:
        "A bare ws broadcast to 1,000 sockets with permessage-deflate, as a multiple of one without",
      value: round(deflated.ms / plain.ms),
      unit: "×",
      target: null,
      better: "lower",
      note: `${round(deflated.ms)} ms, without ${round(plain.ms)} ms`,
    },
  ];
}

/** Text that compresses about as records do. */
function sampleText(length: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode(97 + ((i * i * 7) % 26))).join("");
}

/** Sockets that follow one space. */
async function followers(server: MeasuredServer, space: string): Promise<WebSocket[]> {
  const url = `${server.url.replace("http", "ws")}/v1/live`;
  return await inBatches(async (i) => {
    const socket = await openSocket(url);
    const ready = heard(socket, "changes");
    socket.send(JSON.stringify({ type: "auth", token: server.token }));
    socket.send(
      JSON.stringify({
        type: "subscribe",
        space: `bench/${space}`,
        cursor: null,
        clientId: `c${i}`,
      }),
    );
    await ready;
    return socket;
  });
}

/** A few at a time: what is measured is what they keep, not the crowd at the door. */
async function inBatches(open: (i: number) => Promise<WebSocket>): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < SOCKETS)
    sockets.push(
      ...(await Promise.all(Array.from({ length: 20 }, (_, i) => open(sockets.length + i)))),
    );
  return sockets;
}

async function openSocket(url: string, perMessageDeflate = false): Promise<WebSocket> {
  const socket = new WebSocket(url, ["syncline.v1"], { perMessageDeflate });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  return socket;
}

function heard(socket: WebSocket, type: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("close", () => reject(new Error(`closed before ${type}`)));
    socket.on("message", (data) => {
      if (String(data).startsWith(`{"type":"${type}"`)) resolve();
    });
  });
}

/** Resolves when all of them have heard something; `told` gets the text of the last. */
function everybody(sockets: readonly WebSocket[], told: (text: string) => void): Promise<void> {
  let left = sockets.length;
  return new Promise((resolve) => {
    for (const socket of sockets) {
      socket.once("message", (data) => {
        left -= 1;
        if (left > 0) return;
        told(String(data));
        resolve();
      });
    }
  });
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`There was no ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
