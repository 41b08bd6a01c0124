// Ways in that are none, tried at every route and socket: made-up tokens, tokens in addresses, other sites' pages, another's token on an
// open socket, torn frames; and nothing that is secret is ever logged.

import { createHmac } from "node:crypto";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type Everything,
  headOf,
  openPlain,
  openSocket,
  PASSWORD,
  type SignedIn,
  startEverything,
} from "./fixture.ts";
import { createSpeakers, meet } from "./speakers.ts";
import { addressOf, FINAL, SOCKETS, SURFACE } from "./surface.ts";

let server: Everything;
let ana: SignedIn;
let log = "";
beforeAll(async () => {
  server = await startEverything({
    logLevel: "trace",
    logSink: {
      write: (line) => {
        log += line;
      },
    },
    metrics: { token: "the-token-of-metrics" },
  });
  ana = await server.person("ana");
});
afterAll(() => server.close());

const routes = [...SURFACE].filter(
  ([route, { open }]) => open !== true && !route.startsWith("OPTIONS"),
);
const sockets = [...SOCKETS.keys()].map((name) => addressOf(name).path);

/** The head of an answer; nothing else of it is waited for. */
async function headOfAnswer(
  route: string,
  headers: { readonly [name: string]: string },
  query = "",
): Promise<string> {
  const { method, path } = addressOf(route);
  const socket = await openPlain(server);
  const length = method === "GET" || method === "HEAD" ? {} : { "content-length": "0" };
  socket.write(headOf(method, path + query, { connection: "close", ...length, ...headers }));
  const nothing = () => [Buffer.alloc(0)];
  // A stream that lets somebody in may say nothing for ever: that is no answer.
  const [chunk] = (await Promise.race([
    once(socket, "data"),
    once(socket, "close").then(nothing),
    setTimeout(60_000, undefined, { ref: false }).then(nothing),
  ])) as [Buffer];
  socket.destroy();
  return chunk.toString("latin1");
}
const statusOf = (head: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = Math.floor(Date.now() / 1000);

/** A token of our own making. */
function tokenOf(claims: object, header: object = {}, secret = server.secret): string {
  const text = `${encoded({ alg: "HS256", typ: "JWT", ...header })}.${encoded(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

describe("[G10] a token that is not good opens nothing", () => {
  const good = () => ({ sub: ana.userId, iat: now, exp: now + 600 });
  const made: readonly (readonly [what: string, make: () => string])[] = [
    ["of no algorithm", () => `${encoded({ alg: "none" })}.${encoded(good())}.`],
    ["of no algorithm, in capitals", () => `${encoded({ alg: "NONE" })}.${encoded(good())}.`],
    ["of an algorithm it is not", () => tokenOf(good(), { alg: "HS512" })],
    ["of another secret", () => tokenOf(good(), {}, "another secret that is as long as ours")],
    ["of no secret", () => tokenOf(good(), {}, "\0")],
    ["that names its own key", () => tokenOf(good(), { jwk: { kty: "oct", k: "AA" } }, "\0")],
    ["whose key is elsewhere", () => tokenOf(good(), { jku: "https://id.example.com/k" }, "\0")],
    ["that says what must be understood", () => tokenOf(good(), { crit: ["x"], x: 1 })],
    ["that has ended", () => tokenOf({ ...good(), exp: now - 120 })],
    ["that has not begun", () => tokenOf({ ...good(), nbf: now + 3600 })],
    ["without an end", () => tokenOf({ sub: ana.userId, iat: now })],
    ["whose end is a text", () => tokenOf({ ...good(), exp: "tomorrow" })],
    ["of nobody", () => tokenOf({ ...good(), sub: undefined })],
    ["of a list", () => tokenOf({ ...good(), sub: [ana.userId] })],
    ["of an inherited name", () => tokenOf({ ...good(), sub: "__proto__" })],
    ["that was changed", () => `${ana.token.slice(0, -3)}AAA`],
    ["that was cut", () => ana.token.slice(0, -10)],
    ["that is half of a key", () => server.adminKey.slice(0, -8)],
  ];
  /** The original of mana's has tokens without an end: it is told so itself (see tests/dialects/mana/tokens.test.ts). */
  const endless = /^\S+ \/(?:sync|backup)\//;

  test.each(made)("%s", async (what, make) => {
    const headers = { authorization: `Bearer ${make()}` };
    const bad: string[] = [];
    for (const [route, { as }] of routes) {
      if (what === "without an end" && endless.test(route)) continue;
      const status = statusOf(await headOfAnswer(route, headers));
      if (status !== (as === "admin" ? 404 : 401)) bad.push(`${route}: ${status}`);
    }
    expect(bad).toEqual([]);
  });
});

test.each(["token", "access_token", "jwt", "authorization", "api_key"])(
  "[G10] a token in the address, as %s, opens nothing",
  async (name) => {
    const bad: string[] = [];
    for (const [route, { as }] of routes) {
      const [secret] = as === undefined ? [ana.token] : Object.values(server.credentials(as));
      const head = await headOfAnswer(route, {}, `?${name}=${secret}`);
      const status = statusOf(head);
      if (![400, 401, as === "admin" ? 404 : 401].includes(status)) bad.push(`${route}: ${status}`);
    }
    for (const path of sockets) {
      const socket = new WebSocket(
        `${server.url.replace("http", "ws")}${path}?${name}=${ana.token}`,
        path === "/v1/live" ? ["syncline.v1"] : [],
      );
      const heard: string[] = [];
      socket.on("message", (data) => heard.push(String(data)));
      socket.on("error", () => undefined);
      const opened = await new Promise((resolve) => {
        socket.once("open", () => resolve(true));
        socket.once("error", () => resolve(false));
      });
      if (opened) {
        socket.send(JSON.stringify({ type: "subscribe", space: "todo/team", cursor: null }));
        socket.send(JSON.stringify({ type: "ping" }));
        await Promise.race([once(socket, "message"), once(socket, "close")]);
        socket.terminate();
      }
      if (/ready|auth-ok|changes|sync-available/.test(heard.join("")))
        bad.push(`${path}: ${heard.join()}`);
    }
    expect(bad).toEqual([]);
  },
);

describe("[G10] pages of other sites", () => {
  const origins = [
    ...["https://evil.example", "null", "http://[", "HTTPS://APP.EXAMPLE", "file://"],
    ...["https://app.example.evil.example", "https://evil.example?https://app.example"],
  ];

  test.each(origins)("%s is answered nothing that it may read", async (origin) => {
    const bad: string[] = [];
    for (const route of SURFACE.keys()) {
      if (route === "OPTIONS *" || FINAL.test(route)) continue;
      const head = await headOfAnswer(route, { ...ana.headers, origin });
      if (/access-control-allow-(?:origin|credentials)/i.test(head)) bad.push(route);
    }
    expect(bad).toEqual([]);
  });

  test("the native socket is opened to none of them", async () => {
    for (const origin of origins) {
      const socket = openFrom("/v1/live", origin);
      const [failure] = (await once(socket, "error")) as [Error];
      expect([origin, failure.message]).toEqual([origin, "Unexpected server response: 403"]);
    }
  });

  // The original's clients are served from anywhere: no browser has a token for them to send along.
  test.each(["/ws", "/ws/todo"])("%s tells them nothing", async (path) => {
    for (const origin of origins) {
      const socket = openFrom(path, origin);
      const heard: string[] = [];
      socket.on("message", (data) => heard.push(String(data)));
      await once(socket, "open");
      expect((await server.post("/sync/todo", mana("p1"), ana.headers)).status).toBe(200);
      socket.send('{"type":"ping"}');
      await once(socket, "message");
      socket.terminate();
      expect([origin, heard]).toEqual([origin, ['{"type":"pong"}']]);
    }
  });
});

function openFrom(path: string, origin: string): WebSocket {
  const protocols = path === "/v1/live" ? ["syncline.v1"] : [];
  const headers = { origin };
  return new WebSocket(server.url.replace("http", "ws") + path, protocols, { headers });
}

const mana = (id: string) => ({
  clientId: `device-${id}`,
  since: "",
  changes: [{ table: "tasks", id, op: "insert", data: { id, title: "x" } }],
});

describe("[G10] sockets", () => {
  test("the native one never becomes another's", async () => {
    const eve = await server.person("eve");
    const socket = await openSocket(server, "/v1/live", eve.token);
    socket.say({ type: "auth", token: ana.token });
    await socket.closed;
  });

  test.each(["/ws", "/ws/todo"])("%s is one person's at a time", async (path) => {
    const here = path.replaceAll("/", "-");
    const eve = await server.person(`eve-of${here}`);
    expect((await server.post("/sync/todo", mana(`p0${here}`), ana.headers)).status).toBe(200);
    expect((await server.post("/sync/todo", mana(`p0${here}`), eve.headers)).status).toBe(200);
    const socket = await openSocket(server, path, eve.token);
    const told = () => socket.heard.filter(({ type }) => type === "sync-available").length;
    socket.say({ type: "auth", token: ana.token });
    await expect.poll(() => socket.heard.filter(({ type }) => type === "auth-ok").length).toBe(2);
    // In what both have, and in an app that she alone has, since now.
    for (const app of ["todo", `only${here}`]) {
      const said = await server.post(`/sync/${app}`, mana(`p2${here}`), eve.headers);
      expect(said.status).toBe(200);
    }
    socket.say({ type: "ping" });
    await socket.until("pong");
    expect(told()).toBe(0);
    expect((await server.post("/sync/todo", mana(`p3${here}`), ana.headers)).status).toBe(200);
    await socket.until("sync-available");
    socket.socket.terminate();
  });

  const FRAMES: readonly (readonly [what: string, frame: Buffer])[] = [
    ["binary", Buffer.from([0x82, 0x82, 0, 0, 0, 0, 1, 2])],
    ["text that is none", Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])],
    ["unmasked", Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ["with reserved bits", Buffer.from([0xf1, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])],
    ["that goes on from nothing", Buffer.from([0x80, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])],
    ["of an unknown kind", Buffer.from([0x83, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])],
    ["of a control that is torn", Buffer.from([0x09, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])],
    ["of 2^62 bytes", Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ];
  test.each(sockets.flatMap((path) => FRAMES.map((frame) => [path, ...frame] as const)))(
    "%s: a frame %s closes it, and only it",
    async (path, what, frame) => {
      const other = await openSocket(server, path, ana.token);
      const socket = await openPlain(server);
      socket.write(
        headOf("GET", path, {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
          ...(path === "/v1/live" ? { "sec-websocket-protocol": "syncline.v1" } : {}),
        }),
      );
      await once(socket, "data");
      socket.resume();
      socket.write(frame);
      // What mana's sockets are told in bytes is as good as what they are told in text: passed over.
      if (what !== "binary" || path === "/v1/live") await once(socket, "close");
      expect(other.socket.readyState).toBe(WebSocket.OPEN);
      other.socket.terminate();
    },
  );
});

test("[G10] no log, metric or refusal holds a token, key, password or what was written", async () => {
  const person = await meet(server, "carla");
  for (const speaker of createSpeakers(server)) {
    const id = speaker.name.replace(" ", "-");
    await speaker.write(person, id, '"xyzzy-contents"');
    for (const wrong of [
      '"xyzzy-contents',
      '{"xyzzy-contents":}',
      '"xyzzy-contents\\ud800\\u0000"',
    ])
      await speaker.write(person, `${id}-w`, wrong);
    await speaker.read(person);
    await speaker.after(person, "xyzzy-contents");
  }
  const wrong = await server.post("/accounts/login", {
    email: person.email,
    password: "xyzzy-word",
  });
  expect(wrong.status).toBe(401);
  await server.post("/api/v1/auth/login", { email: person.email, password: "xyzzy-word" });
  await server.post("/auth/token", { username: "ana", password: "xyzzy-word" });
  await server.post("/api/v1/user/exchangeToken", { token: "XYZZ-Y123" });
  const metrics = await fetch(`${server.url}/metrics`, {
    headers: { authorization: "Bearer the-token-of-metrics" },
  });
  const seen = log + (await metrics.text());
  expect(seen).toContain("request completed");
  const secrets = [
    ...[PASSWORD, server.secret, person.key, server.rootKey, server.adminKey],
    ...[...person.token.split("."), "the-token-of-metrics", "xyzzy", "XYZZ"],
  ];
  for (const secret of secrets) {
    const at = seen.indexOf(secret);
    expect([secret, at < 0 ? "" : seen.slice(Math.max(0, at - 300), at + 80)]).toEqual([
      secret,
      "",
    ]);
  }
});
