// Every route and socket of a server that speaks everything, attacked in every way that we know: none of them answers with a 5xx, none lets
// anybody in who may not, and none costs more than its bounds.

import { once } from "node:events";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  cpuOf,
  type Everything,
  headOf,
  openPlain,
  type SignedIn,
  startEverything,
  syncRequest,
} from "./fixture.ts";
import { type Asked, addressOf, FINAL, SOCKETS, SURFACE } from "./surface.ts";

const MIB = 1024 * 1024;

let server: Everything;
let ana: SignedIn;
/** What a plain request takes, in milliseconds of CPU. */
let plainMs = 0;
const logged: string[] = [];

beforeAll(async () => {
  server = await startEverything({
    logLevel: "error",
    logSink: { write: (line) => void logged.push(line) },
  });
  ana = await server.person("ana");
  expect((await server.post("/v1/todo/team/sync", syncRequest("c1", 1), ana.headers)).ok).toBe(
    true,
  );
  // The API page's text is made once, for the first who asks: an attack is what costs each time.
  await (await fetch(`${server.url}/docs/yaml`)).text();
  const ask = () => fetch(`${server.url}/accounts/me`, { headers: ana.headers });
  for (let time = 0; time < 20; time++) await ask();
  const costs: number[] = [];
  for (let time = 0; time < 20; time++) costs.push(await cpuOf(ask));
  plainMs = Math.max(1, costs.sort((a, b) => a - b)[10] ?? 1);
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly ms: number;
}

/** Asks over a connection of its own, in bytes: what no client would send is sent, too. */
async function ask(
  method: string,
  path: string,
  headers: { readonly [name: string]: string },
  body: string | Buffer = "",
): Promise<Answer> {
  let status = 0;
  const ms = await cpuOf(async () => {
    const socket = await openPlain(server);
    const length =
      method === "GET" && body.length === 0
        ? {}
        : { "content-length": `${Buffer.byteLength(body)}` };
    socket.write(headOf(method, path, { connection: "close", ...length, ...headers }));
    if (body.length > 0) socket.write(body);
    const [chunk] = (await Promise.race([
      once(socket, "data"),
      once(socket, "close").then(() => [Buffer.alloc(0)]),
    ])) as [Buffer];
    const [, text = "0"] = /^HTTP\/1\.1 (\d{3})/.exec(chunk.toString("latin1")) ?? [];
    status = Number(text);
    socket.destroy();
  });
  return { status, ms };
}

function credentials({ as, open }: Asked): { readonly [name: string]: string } {
  if (open === true) return {};
  return as === undefined ? { ...ana.headers } : server.credentials(as);
}

const routes = [...SURFACE].filter(([route]) => route !== "OPTIONS *");

/** Asks every route, and gives those whose answer is not as it must be. */
async function walk(
  attack: (route: string, asked: Asked) => Promise<Answer | undefined>,
  isGood: (answer: Answer, asked: Asked) => boolean,
): Promise<string[]> {
  const bad: string[] = [];
  for (const [route, asked] of routes) {
    const answer = await attack(route, asked);
    if (answer !== undefined && !isGood(answer, asked))
      bad.push(`${route}: ${answer.status}, ${Math.round(answer.ms)} ms`);
  }
  return bad;
}

/** No failure of the server's, but that it is busy. */
const isAnswered = ({ status }: Answer) => status > 0 && (status < 500 || status === 503);

test("every route and socket is attacked here", () => {
  expect([...server.server.routes].sort()).toEqual([...SURFACE.keys(), ...SOCKETS.keys()].sort());
});

describe("[G10] nobody is let in", () => {
  test.each<[string, { readonly [name: string]: string }]>([
    ["without a token", {}],
    ["with garbage", { authorization: "Bearer garbage" }],
    ["with no text at all", { authorization: "Bearer" }],
    ["with another scheme", { authorization: "Basic YTpi" }],
    ["with a key that is none", { "x-api-key": `sk_${"A".repeat(43)}` }],
    ["with a token of 8,000 letters", { authorization: `Bearer ${"a".repeat(8_000)}` }],
    ["with an algorithm of none", { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0." }],
  ])("%s", async (_what, headers) => {
    const bad = await walk(
      async (route, asked) => {
        if (asked.open === true) return undefined;
        const { method, path } = addressOf(route);
        return await ask(method, path, { ...headers, "content-type": "application/json" });
      },
      // To whom has no admin key there is nothing.
      ({ status }, { as }) => status === (as === "admin" ? 404 : 401),
    );
    expect(bad).toEqual([]);
  });
});

/** So many times a plain request a hostile body may take. */
const MOST = 150;

describe("[G11] bodies", () => {
  const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
  const zeros = Buffer.alloc(100 * MIB);
  const bodies: [what: string, body: string | Buffer, encoding?: string][] = [
    ["nested a million deep", deep],
    ["nested a million deep in an object", `{"a":${deep}}`],
    ["nested a million deep, compressed", gzipSync(deep), "gzip"],
    ["that are a bomb of gzip", gzipSync(zeros), "gzip"],
    ["that are a bomb of brotli", brotliCompressSync(zeros.subarray(0, 64 * MIB)), "br"],
    ["that are not what they say", "hello", "gzip"],
    ["of an unknown encoding", "{}", "zstd"],
    ["that are no UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ];
  // Strange, but not wrong for whoever looks only at what he knows.
  const strange: typeof bodies = [
    ["of a number without end", `[${"9".repeat(1_000_000)}]`],
    ["of one long text", JSON.stringify("x".repeat(3 * MIB))],
    ["of many keys", `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":0`).join()}}`],
  ];
  test.each([...bodies, ...strange])("%s cost little", async (what, body, encoding) => {
    const isWrong = bodies.some(([one]) => one === what);
    const before = process.memoryUsage().rss;
    const bad = await walk(
      async (route, asked) => {
        if (asked.body === undefined || FINAL.test(route)) return undefined;
        const { method, path } = addressOf(route);
        const more = encoding === undefined ? {} : { "content-encoding": encoding };
        const headers = { ...credentials(asked), ...more, "content-type": "application/json" };
        // What else the machine does is not the body's cost: the fastest of some counts.
        let answer = await ask(method, path, headers, body);
        for (let tries = 1; tries < 5 && answer.ms >= MOST * plainMs; tries++) {
          const again = await ask(method, path, headers, body);
          if (again.ms < answer.ms)
            answer = { ...again, status: Math.min(again.status, answer.status) };
        }
        return answer;
      },
      (answer) =>
        isAnswered(answer) && (answer.status >= 400 || !isWrong) && answer.ms < MOST * plainMs,
    );
    expect([what, bad]).toEqual([what, []]);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MIB);
  });

  test.each([
    "",
    "text/plain",
    "application/json;;;",
    "application/",
    "*/*",
    "a",
    ";",
    "application/json; charset=\u00ff",
  ])("of the type %j are answered", async (type) => {
    const bad = await walk(async (route, asked) => {
      if (asked.body === undefined || FINAL.test(route)) return undefined;
      const { method, path } = addressOf(route);
      return await ask(method, path, { ...credentials(asked), "content-type": type }, "{}");
    }, isAnswered);
    expect(bad).toEqual([]);
  });
});

describe("[G11] addresses and methods", () => {
  test.each(["TRACE", "PROPFIND", "HEAD", "OPTIONS", "PATCH", "DELETE", "QUERY"])(
    "%s is answered everywhere",
    async (method) => {
      const bad = await walk(async (route, asked) => {
        if (FINAL.test(route) || asked.stream === true) return undefined;
        return await ask(method, addressOf(route).path, { ...ana.headers });
      }, isAnswered);
      expect(bad).toEqual([]);
    },
  );

  test.each([
    "/",
    "//",
    "%00",
    "%ff",
    "%2e%2e%2f",
    "?",
    "?%zz=%zz",
    "?since=%00&cursor=%00&limit=-1",
    "?a[__proto__]=1&constructor=1",
    `?${"a=1&".repeat(2_000)}`,
    "x".repeat(8_000),
    "#fragment",
    "/../../etc/passwd",
  ])("an address that ends in %j is answered", async (end) => {
    const bad = await walk(
      async (route, asked) => {
        if (FINAL.test(route) || asked.stream === true) return undefined;
        const { method, path } = addressOf(route);
        return await ask(method, path + end, { ...credentials(asked) });
      },
      (answer) => isAnswered(answer) && answer.ms < 150 * plainMs,
    );
    expect(bad).toEqual([]);
  });

  test.each(["", "x", "websocket", "h2c"])(
    "an upgrade to %j is answered everywhere",
    async (to) => {
      const upgrades = [
        "/",
        "//",
        "///x",
        "/%",
        "/ws/%ff",
        "/v1/live?token=x",
        "http://[::1",
        "*",
        ...routes.map(([route]) => addressOf(route).path),
      ];
      const bad: string[] = [];
      for (const path of upgrades)
        for (const key of ["", "x", "AAAAAAAAAAAAAAAAAAAAAA=="]) {
          const headers = {
            connection: "Upgrade",
            upgrade: to,
            "sec-websocket-version": "13",
            "sec-websocket-key": key,
          };
          const { status } = await ask("GET", path, headers);
          if (status >= 500) bad.push(`${path} ${key}: ${status}`);
        }
      expect(bad).toEqual([]);
    },
  );
});

describe("[G11] a flood from one address", () => {
  /** They say how the server is, or are the same for everybody. */
  const unlimited = /^(?:GET|HEAD) \/(?:docs.*|openapi\.json|health|ready|metrics|swagger\/.*)?$/;

  test("is told to come back, by every route and socket, in its own words", async () => {
    const rateLimits = { address: { perSecond: 1 / 60, burst: 8 } };
    await using flooded = await startEverything({ rateLimits });
    const callOnce = async (method: string, path: string, headers: { [name: string]: string }) => {
      const socket = await openPlain(flooded);
      socket.write(headOf(method, path, { connection: "close", ...headers }));
      let text = "";
      for await (const chunk of socket) text += String(chunk);
      return text;
    };
    for (let time = 0; time < 8; time++) await callOnce("GET", "/accounts/me", {});
    const bad: string[] = [];
    for (const [route] of routes) {
      const { method, path } = addressOf(route);
      const text = await callOnce(
        method,
        path,
        method === "GET" || method === "HEAD" ? {} : { "content-length": "0" },
      );
      const isRefused = text.startsWith("HTTP/1.1 429") && /\r\nretry-after: \d+\r\n/i.test(text);
      if (isRefused === unlimited.test(route)) bad.push(`${route}: ${text.slice(0, 30)}`);
    }
    for (const name of SOCKETS.keys()) {
      const text = await callOnce("GET", addressOf(name).path, {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
      });
      if (!text.startsWith("HTTP/1.1 429")) bad.push(`${name}: ${text.slice(0, 30)}`);
    }
    expect(bad).toEqual([]);
  });
});

test("nothing of all this was a failure of the server's", () => {
  const failures = logged.filter((line) => !line.includes('"code":"unavailable"'));
  expect(failures.slice(0, 3)).toEqual([]);
});
