// Every route and socket of the server, accounts, all dialects and Kanso included, as every kind of stranger: nothing that was
// written is seen.

import { generateKeyPairSync } from "node:crypto";
import { createKanso, kansoApp } from "@syncline/kanso-server";
import { issueToken, kitDialect, manaDialect, simpleDialect } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

const SECRET = "0123456789abcdef0123456789abcdef";
const PRIVATE_KEY = generateKeyPairSync("ed25519")
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
/** Stands in every record, event and rule that was written. */
const HIDDEN = "xyzzy";
const EMAIL = "ana@example.com";
const PASSWORD = "orange-kite-42";

let server: TestServer;
let url = "";
let owner = "";
const strangers = new Map<string, Record<string, string>>();

beforeAll(async () => {
  let rootKey = "";
  const simple = simpleDialect({
    onRootKey: (key) => {
      rootKey = key;
    },
    legacy: { secret: `${SECRET}-legacy`, signIn: async () => undefined },
  });
  server = await startTestServer({
    apps: [
      kansoApp,
      { name: "todo", collections: { todos: {}, tasks: {} }, createSpaces: "anyone" },
    ],
    server: {
      auth: { secret: SECRET, privateKey: { algorithm: "EdDSA", key: PRIVATE_KEY } },
      accounts: { passkeys: { origins: ["https://app.example.com"] } },
      dialects: [kitDialect(), manaDialect(), simple, createKanso()],
    },
  });
  ({ url } = server);
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const signIn = async (email: string) => {
    const credentials = { email, password: PASSWORD };
    expect((await post("/accounts/register", credentials)).status).toBe(201);
    const session = await (await post("/accounts/login", credentials)).json();
    return session as { account: { userId: string }; token: string };
  };
  const ana = await signIn(EMAIL);
  owner = ana.account.userId;
  await fill(ana.token, rootKey);

  const { keys } = server.server;
  await keys.createUser("eve");
  const { key: scoped } = await keys.createKey("eve", { scopes: ["read:elsewhere"] });
  const { key: revoked, info } = await keys.createKey("eve");
  await keys.revoke("eve", info.uuid);
  const other = await issueToken({
    secret: `${SECRET}-other`,
    userId: owner,
    expiresInSeconds: 60,
  });
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  strangers.set("nobody", {});
  strangers.set("somebody with garbage", bearer("garbage"));
  strangers.set("somebody with another server's token", bearer(other));
  strangers.set("somebody without an account", bearer(await server.token("mallory")));
  strangers.set("somebody who says to be the root", bearer(await server.token(".root")));
  strangers.set("somebody with a key for something else", { "x-api-key": scoped });
  strangers.set("somebody with a key that was taken away", { "x-api-key": revoked });
  strangers.set("the owner, who is locked", bearer(ana.token));
  await server.store.locks.lock(owner, Date.now());
  const own = async () =>
    (await fetch(`${url}/v1/todo/~/changes`, { headers: bearer(ana.token) })).status;
  // Another server did it, and told nobody: it is known in a second.
  while ((await own()) !== 403) await new Promise((resolve) => setTimeout(resolve, 100));
  strangers.set(MEMBER, bearer((await signIn("mallory@example.com")).token));
});
afterAll(() => server.close());

/** Signed in, and with a space of their own: they are answered, but not with what is others'. */
const MEMBER = "another user";

/** Writes what nobody else may see: over every protocol. */
async function fill(token: string, rootKey: string): Promise<void> {
  const call = async (path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    expect([path, answer.ok]).toEqual([path, true]);
  };
  const owner = { authorization: `Bearer ${token}` };
  for (const [index, space] of ["~", "team"].entries())
    await call(`/v1/todo/${space}/sync`, syncRequest(`c${index}`), owner);
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
  await call("/api/v1/habits", { title: HIDDEN }, owner);
  const record = { id: "e1", type: "Sold", aggregate_id: HIDDEN, data: HIDDEN, metadata: null };
  await call("/kit/shop/push", [{ event: record, version: "" }], owner);
}

function syncRequest(clientId: string) {
  const time = `2026-11-20T10:05:00.000Z-0000-${clientId}`;
  const change = { collection: "todos", id: "t1", op: "put", time, fields: { title: HIDDEN } };
  return {
    clientId,
    now: time,
    cursor: null,
    mutations: [{ id: 1, seen: null, changes: [change] }],
  };
}

/** Those that are open to everybody, and say nothing of what was written. */
const PUBLIC =
  /^POST \/accounts\/passkeys\/sign-in\/start$|^(GET|HEAD) \/(accounts\/passkeys\/sign-in|\.well-known\/jwks\.json|docs\/?.*|health|metrics|openapi\.json|ready|api\/v1\/health|swagger\/(doc\.json|index\.html))?$/;

/** A list of one's own: a stranger's is empty. */
const OWN = "GET /v1/:app/spaces";

test("[G10] no route shows a stranger anything, whatever its method, and each of them is asked", async () => {
  const routes = [...server.server.routes].sort();
  expect(routes).toMatchSnapshot();
  for (const route of routes) {
    const [method = "", template = ""] = route.split(" ");
    if (method === "OPTIONS" || method === "SOCKET" || template === "*") continue;
    for (const [who, headers] of strangers) {
      for (const space of [`~${owner}`, "team"]) {
        const path = template
          .replace(":appId", "todo")
          .replace(":app", "todo")
          .replace(":space", space)
          .replace(":collection", "todos")
          .replace(":id", "t1")
          .replace(":userId", "mallory")
          .replace(":space", "shop")
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
          ...(method === "POST" ? { body: JSON.stringify(syncRequest("m1")) } : {}),
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
        if (who !== MEMBER && route === OWN && answer.ok)
          expect(JSON.parse(text)).toEqual({ spaces: [], more: false });
        else if (who !== MEMBER && !PUBLIC.test(route))
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
      for (const space of [`todo/~${owner}`, "todo/team", "simple/main", ".syncline/keys"])
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
