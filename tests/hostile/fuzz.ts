// Random requests and messages to every route and socket, each made of a good one: seeded, so that a failure can be had again.

import { gzipSync } from "node:zlib";
import { WebSocket } from "ws";
import {
  type Everything,
  headOf,
  openPlain,
  type SignedIn,
  startEverything,
  syncRequest,
} from "./fixture.ts";
import { type Asked, addressOf, SOCKETS, SURFACE } from "./surface.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly forMs: number;
}

export interface FuzzReport {
  readonly requests: number;
  readonly messages: number;
  /** What should not have been. */
  readonly failures: readonly string[];
  /** How much more memory was held at the end than after the first requests, in MiB. */
  readonly grownMib: number;
  /** The slowest answer, in milliseconds, and what it was to. */
  readonly slowestMs: number;
  readonly slowest: string;
}

type Random = () => number;

/** Mulberry32: small, and the same everywhere. */
function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)] as Value; // none of the lists is empty

const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  1.5,
  "",
  " ",
  "\u0000",
  "\ud800",
  "__proto__",
  "constructor",
  "../..",
  "~",
  "*",
  "%",
  "x".repeat(300),
  "x".repeat(20_000),
  "2026-13-45T99:99:99Z",
  "9999-12-31T23:59:59.999Z-ffff-c",
  [],
  {},
  [[]],
  [null],
  { a: { b: { c: {} } } },
  Array.from({ length: 300 }, () => 0),
];

/** The same with something else in some place. */
function mutate(value: unknown, random: Random): unknown {
  if (random() < 0.15) return pick(random, STRANGE);
  if (Array.isArray(value)) {
    const list = value.map((one) => (random() < 0.5 ? mutate(one, random) : one));
    if (random() < 0.1) list.push(pick(random, STRANGE));
    return random() < 0.1 ? [...list, ...list] : list;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (random() < 0.08) return [];
    return [[name, random() < 0.4 ? mutate(inner, random) : inner]];
  });
  if (random() < 0.08) entries.push([String(pick(random, STRANGE)), pick(random, STRANGE)]);
  return Object.fromEntries(entries);
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO"];
const ENDS = [
  "",
  "/",
  "//",
  "?x=%zz",
  "?since=x",
  "?cursor=%00",
  "?limit=0",
  "?limit=99999",
  "%2f..",
  "%ff",
  "?last_sync=x",
];
const TYPES = [
  "application/json",
  "application/json",
  "text/plain",
  "",
  "a/b;;",
  "application/json; charset=utf-16",
];
/** What would end what the others need, or take long by itself. */
const LEFT_OUT =
  /accounts\/me|auth\/user|resetKey|login|register|password|DELETE \/v1\/admin\/spaces|OPTIONS \*/;

interface Prepared {
  readonly what: string;
  readonly head: string;
  readonly body: Buffer;
}

function prepare(
  [route, asked]: readonly [string, Asked],
  random: Random,
  headers: { readonly [name: string]: string },
): Prepared {
  const good = addressOf(route);
  const method = random() < 0.1 ? pick(random, METHODS) : good.method;
  const path = good.path + (random() < 0.3 ? pick(random, ENDS) : "");
  let body = Buffer.alloc(0);
  if (asked.body !== undefined || random() < 0.1) {
    const value = random() < 0.1 ? asked.body : mutate(asked.body ?? {}, random);
    let text = JSON.stringify(value) ?? "";
    if (random() < 0.05) text = text.slice(0, Math.floor(random() * text.length));
    body = Buffer.from(text);
  }
  const gzip = random() < 0.1;
  if (gzip) body = gzipSync(body);
  const all: { [name: string]: string } = { connection: "close", ...headers };
  if (body.length > 0 || method === "POST" || method === "PUT") {
    all["content-type"] = random() < 0.8 ? "application/json" : pick(random, TYPES);
    all["content-length"] = String(body.length);
    if (gzip) all["content-encoding"] = "gzip";
  }
  if (random() < 0.05) all["accept"] = "application/x-ndjson";
  if (random() < 0.05) all["idempotency-key"] = pick(random, ["k", "x".repeat(300), "\u00ff"]);
  if (random() < 0.05) all["x-timezone"] = pick(random, ["Europe/Rome", "Nowhere", "x".repeat(99)]);
  if (random() < 0.05) all["last-event-id"] = pick(random, ["1", "{", "x".repeat(200)]);
  if (random() < 0.05) all["accept-encoding"] = pick(random, ["gzip", "br", "gzip;q=0", "*"]);
  const text = body.toString("latin1").slice(0, 200);
  return {
    what: `${method} ${path} ${JSON.stringify(all)} ${text}`,
    head: headOf(method, path, all),
    body,
  };
}

/** How long an answer may take until the connection is left alone: streams have none. */
const LEAVE_MS = 10_000;
const STREAM_MS = 50;

async function send(
  server: Everything,
  { head, body }: Prepared,
  leaveMs: number,
): Promise<{ readonly status: number; readonly ms: number; readonly said: string }> {
  const socket = await openPlain(server);
  const begun = performance.now();
  socket.write(head);
  if (body.length > 0) socket.write(body);
  const first = await new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve("late"), leaveMs);
    socket.once("data", (chunk) => {
      clearTimeout(timer);
      resolve(chunk.toString("latin1"));
    });
    socket.once("close", () => {
      clearTimeout(timer);
      resolve("");
    });
  });
  socket.destroy();
  const ms = performance.now() - begun;
  if (first === "late") return { status: leaveMs === STREAM_MS ? 200 : 599, ms, said: "" };
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0), ms, said: first };
}

async function talk(server: Everything, { token }: SignedIn, random: Random): Promise<number> {
  const [name = "", messages = []] = pick(random, [...SOCKETS]);
  const path = name.replace("SOCKET ", "").replace(":appId", "todo");
  const socket = new WebSocket(
    server.url.replace("http", "ws") + path,
    path === "/v1/live" ? ["syncline.v1"] : [],
  );
  socket.on("error", () => undefined);
  await new Promise((resolve) => {
    socket.once("open", resolve);
    socket.once("close", resolve);
  });
  let said = 0;
  const say = (message: string | Buffer) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(message);
    said += 1;
  };
  if (random() < 0.9) say(JSON.stringify({ type: "auth", token }));
  for (let time = 0; time < 12; time++) {
    const message = pick(random, messages);
    const value = random() < 0.4 ? message : mutate(message, random);
    const text = JSON.stringify(value) ?? "";
    if (random() < 0.03) say(Buffer.from(text));
    else say(random() < 0.05 ? text.slice(0, -1) : text);
    if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => {
    socket.once("close", resolve);
    setTimeout(resolve, 30);
  });
  socket.terminate();
  return said;
}

export async function fuzz({ seed, forMs }: FuzzOptions): Promise<FuzzReport> {
  const random = seeded(seed);
  const failures: string[] = [];
  const server = await startEverything({
    logLevel: "error",
    logSink: {
      write(line) {
        if (!line.includes('"code":"unavailable"')) failures.push(line.slice(0, 2_000));
      },
    },
  });
  const unhandled = (thrown: unknown) => failures.push(`unhandled: ${String(thrown)}`);
  process.on("unhandledRejection", unhandled);
  try {
    const ana = await server.person("ana");
    await server.post("/v1/todo/team/sync", syncRequest("c1", 1), ana.headers);
    const routes = [...SURFACE].filter(([route]) => !LEFT_OUT.test(route));
    let requests = 0;
    let messages = 0;
    let slowestMs = 0;
    let slowest = "";
    let heldAtFirst = 0;
    const end = performance.now() + forMs;
    while (performance.now() < end && failures.length < 5) {
      if (random() < 0.06) {
        messages += await talk(server, ana, random);
        continue;
      }
      const entry = pick(random, routes);
      const [, asked] = entry;
      const own = asked.as === undefined ? ana.headers : server.credentials(asked.as);
      const prepared = prepare(entry, random, random() < 0.05 ? {} : own);
      const leaveMs = /stream|live|sse|ndjson/.test(prepared.what) ? STREAM_MS : LEAVE_MS;
      const { status, ms, said } = await send(server, prepared, leaveMs);
      requests += 1;
      const isMeant = status === 500 && asked.meant !== undefined && said.includes(asked.meant);
      if (status >= 500 && status !== 503 && !isMeant) failures.push(`${status}: ${prepared.what}`);
      if (ms > slowestMs && leaveMs === LEAVE_MS) {
        slowestMs = ms;
        slowest = prepared.what;
      }
      if (requests === 1_000) heldAtFirst = held();
    }
    const grownMib = heldAtFirst === 0 ? 0 : (held() - heldAtFirst) / 2 ** 20;
    if (!(await fetch(`${server.url}/health`)).ok) failures.push("it is not healthy any more");
    return { requests, messages, failures, grownMib, slowestMs, slowest };
  } finally {
    process.off("unhandledRejection", unhandled);
    await server.close();
  }
}

/** What is held by the server, once what is not is gone. */
function held(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
