// Every route and socket of the server, all dialects included, as every kind of stranger: nothing that was written is seen.

import type { AddressInfo } from "node:net";
import { DEFAULT_LIMITS } from "@syncline/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { issueToken } from "../auth/issue-token.ts";
import { createTokenVerifier } from "../auth/verify-token.ts";
import { createMemoryBus } from "../bus/memory.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { kitDialect } from "../dialects/kit/index.ts";
import { manaDialect } from "../dialects/mana/index.ts";
import { simpleDialect } from "../dialects/simple/index.ts";
import { createEngine } from "../engine/create-engine.ts";
import { createKeyStore, withKeys } from "../keys/index.ts";
import { DEFAULT_LIVE_LIMITS } from "../live/index.ts";
import { createMetrics } from "../observability/metrics.ts";
import { createMemoryLimiter } from "../rate/memory.ts";
import { createThrottle } from "../rate/throttle.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createHttpApp } from "./app.ts";
import { SYNC_REQUEST_EXAMPLE } from "./examples.ts";
import { DEFAULT_HTTP_LIMITS } from "./limits.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
/** Stands in every record, event and rule that was written. */
const HIDDEN = "xyzzy";
const OWNER = "ana";

let url = "";
let app: Awaited<ReturnType<typeof createHttpApp>>;
const strangers = new Map<string, Record<string, string>>();

beforeAll(async () => {
  const store = createMemoryStore();
  const environment = systemEngineEnvironment();
  let rootKey = "";
  const dialects = [
    kitDialect(),
    manaDialect(),
    simpleDialect({
      onRootKey: (key) => {
        rootKey = key;
      },
      legacy: { secret: `${SECRET}-legacy`, signIn: async () => undefined },
    }),
  ];
  const keys = createKeyStore({ store, environment, failed: () => undefined });
  const jwt = await createTokenVerifier({ secret: SECRET });
  app = await createHttpApp({
    engine: createEngine({
      store,
      bus: createMemoryBus(),
      apps: dialects.flatMap(({ apps = [] }) => apps),
      openApps: true,
      environment,
    }),
    verifyToken: withKeys(jwt, keys, () => Date.now()),
    keys,
    metrics: createMetrics(),
    limits: DEFAULT_LIMITS,
    httpLimits: { ...DEFAULT_HTTP_LIMITS, lagMs: 15_000 },
    liveLimits: DEFAULT_LIVE_LIMITS,
    throttle: createThrottle(createMemoryLimiter(), {}),
    dialects,
    ready: async () => true,
    closing: () => false,
    corsOrigins: [],
    logLevel: "silent",
    version: "0",
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`; // it listens on a port
  const token = (userId: string, seconds = 3_600) =>
    issueToken({ secret: SECRET, userId, expiresInSeconds: seconds });
  await fill(await token(OWNER), rootKey);

  await keys.createUser("eve");
  const { key: scoped } = await keys.createKey("eve", { scopes: ["read:elsewhere"] });
  const { key: revoked, info } = await keys.createKey("eve");
  await keys.revoke("eve", info.uuid);
  const other = await issueToken({
    secret: `${SECRET}-other`,
    userId: OWNER,
    expiresInSeconds: 60,
  });
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  strangers.set("nobody", {});
  strangers.set("somebody with garbage", bearer("garbage"));
  strangers.set("somebody with another server's token", bearer(other));
  strangers.set("another user", bearer(await token("mallory")));
  strangers.set("another user, who says to be the root", bearer(await token(".root")));
  strangers.set("somebody with a key for something else", { "x-api-key": scoped });
  strangers.set("somebody with a key that was taken away", { "x-api-key": revoked });
});
afterAll(() => app.close());

/** Writes what nobody else may see: over every protocol. */
async function fill(token: string, rootKey: string): Promise<void> {
  const call = async (path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    expect([path, answer.status]).toEqual([path, 200]);
  };
  const owner = { authorization: `Bearer ${token}` };
  const [mutation] = SYNC_REQUEST_EXAMPLE.mutations;
  const [change] = mutation?.changes ?? [];
  for (const [index, space] of ["~", "team"].entries()) {
    const changes = [{ ...change, fields: { title: HIDDEN } }];
    const mutations = [{ ...mutation, changes }];
    const clientId = `c${index}`;
    await call(`/v1/todo/${space}/sync`, { ...SYNC_REQUEST_EXAMPLE, clientId, mutations }, owner);
  }
  const rules = [{ user: HIDDEN, item: "*", action: "*", type: "allow" }];
  await call("/v1/todo/team/rules", { rules }, owner);
  const pushed = { table: "tasks", id: "k1", op: "insert", data: { id: "k1", title: HIDDEN } };
  const body = { clientId: "laptop", since: "", changes: [pushed] };
  await call("/sync/todo", body, { ...owner, "X-Client-Id": "laptop" });
  const event = {
    uuid: "0199c82c-c07b-7c88-a7a2-26e11ad1204c",
    timestamp: 1_760_000_000,
    user: ".root",
    item: HIDDEN,
    action: "add",
    payload: "{}",
  };
  await call("/api/v1/events", [event], { "x-api-key": rootKey });
}

/** The routes as Fastify knows them, by method. */
function routesOf(tree: string): string[] {
  const routes: string[] = [];
  const parents: string[] = [];
  for (const line of tree.split("\n")) {
    const [, indent = "", segment = "", methods = ""] =
      /^([│ ]*)[├└]── (\S+)(?: \(([^)]*)\))?$/.exec(line) ?? [];
    if (segment === "") continue;
    const depth = indent.length / 4;
    parents.length = depth;
    parents[depth] = segment;
    const path = parents.join("").replaceAll(/\/+/g, "/");
    for (const method of methods === "" ? [] : methods.split(", "))
      routes.push(`${method} ${path}`);
  }
  return routes.sort();
}

/** Those that are open to everybody, and say nothing of what was written. */
const PUBLIC = /^(GET|HEAD) \/(docs\/?.*|health|metrics|openapi\.json|ready|api\/v1\/health)?$/;

test("[G10] no route shows a stranger anything, whatever its method, and each of them is asked", async () => {
  const routes = routesOf(app.printRoutes({ commonPrefix: false }));
  expect(routes).toMatchSnapshot();
  for (const route of routes) {
    const [method = "", template = ""] = route.split(" ");
    if (method === "OPTIONS" || template === "*") continue;
    for (const [who, headers] of strangers) {
      for (const space of [`~${OWNER}`, "team"]) {
        const path = template
          .replace(":appId", "todo")
          .replace(":app", "todo")
          .replace(":space", space)
          .replace(":collection", "todos")
          .replace(":id", "t1")
          .replace(":userId", "mallory")
          .replace("*", "pull");
        const query = template.endsWith("/pull")
          ? "?collection=tasks&since=1970-01-01T00:00:00Z"
          : "";
        const controller = new AbortController();
        const answer = await fetch(`${url}${path}${query}`, {
          method,
          headers: {
            ...headers,
            ...(method === "POST" ? { "content-type": "application/json" } : {}),
          },
          ...(method === "POST" ? { body: JSON.stringify(SYNC_REQUEST_EXAMPLE) } : {}),
          signal: controller.signal,
        });
        const isStream = answer.headers.get("content-type")?.includes("event-stream") === true;
        const text = isStream ? await firstOf(answer) : await answer.text();
        controller.abort();
        expect([who, route, answer.status, text.includes(HIDDEN)]).toEqual([
          who,
          route,
          answer.status,
          false,
        ]);
        if (who !== "another user" && !PUBLIC.test(route))
          expect([who, route, answer.status >= 400]).toEqual([who, route, true]);
      }
    }
  }
});

/** What a stream says in its first moments. */
async function firstOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  let text = "";
  for (let i = 0; i < 3 && reader !== undefined; i++) {
    const timer = new Promise<undefined>((resolve) => {
      setTimeout(resolve, 100, undefined);
    });
    const chunk = await Promise.race([reader.read(), timer]);
    if (chunk?.value === undefined) break;
    text += Buffer.from(chunk.value).toString();
  }
  return text;
}

describe("[G10] no socket tells a stranger anything", () => {
  test.each(["/v1/live", "/ws", "/ws/todo"])("%s", async (path) => {
    for (const [who, headers] of strangers) {
      const credential = (headers["authorization"] ?? headers["x-api-key"] ?? "").replace(
        "Bearer ",
        "",
      );
      const protocols = path === "/v1/live" ? ["syncline.v1"] : [];
      const socket = new WebSocket(url.replace("http", "ws") + path, protocols);
      const heard: string[] = [];
      socket.on("message", (data) => heard.push(String(data)));
      socket.on("error", () => undefined);
      await new Promise((resolve) => socket.once("open", resolve));
      const say = (message: object) => {
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
      };
      if (credential !== "") say({ type: "auth", token: credential });
      for (const space of [`todo/~${OWNER}`, "todo/team", "simple/main", ".syncline/keys"])
        say({ type: "subscribe", space, cursor: null });
      say({ type: "ping" });
      await new Promise((resolve) => {
        socket.once("close", resolve);
        setTimeout(resolve, 300);
      });
      socket.terminate();
      expect([who, heard.join("\n").includes(HIDDEN)]).toEqual([who, false]);
    }
  });
});
