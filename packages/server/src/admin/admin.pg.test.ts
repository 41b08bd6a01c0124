// The admin interface on a real server, with SQLite and with PostgreSQL: nothing without a key, what each scope lets do, and that all
// of it is in the audit.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPostgresStore, openSqliteStore } from "../store/index.ts";
import type { Store } from "../store/port.ts";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";
import { adminScopes } from "./scopes.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.stop());

const PASSWORD = "orange-kite-42";
/** Never, on any machine. */
const WAIT = { timeout: 120_000 };

describe.each([
  ["SQLite", () => openSqliteStore({ path: ":memory:" })],
  ["PostgreSQL", async () => openPostgresStore({ url: await postgres.database() })],
])("the admin interface on %s", (_name, open: () => Promise<Store>) => {
  let server: TestServer;
  let folder: string;
  let all: string;
  let ana: { readonly userId: string; readonly token: string };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "syncline-admin-"));
    server = await startTestServer({
      store: await open(),
      apps: [{ name: "todo", collections: { todos: {} }, createSpaces: "anyone" }],
      server: { accounts: {}, backups: { folder, everyMs: 9e9, keep: 3 } },
    });
    await server.server.keys.createUser("console");
    all = await adminKey("all");
    ana = await register("ana");
    expect((await push(ana.token, "~")).status).toBe(200);
    expect((await push(ana.token, "team")).status).toBe(200);
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function adminKey(scopes: string): Promise<string> {
    const made = await server.server.keys.createKey("console", { scopes: adminScopes(scopes) });
    return made.key;
  }

  async function ask(key: string | undefined, method: string, path: string, body?: object) {
    const answer = await fetch(`${server.url}/v1/admin/${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.startsWith("application/json") === true;
    return { status: answer.status, text, body: isJson && text !== "" ? JSON.parse(text) : {} };
  }

  async function register(name: string) {
    const who = { email: `${name}@example.org`, password: PASSWORD };
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${server.url}/accounts/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(answer.ok).toBe(true);
      return (await answer.json()) as { account: { userId: string }; token: string };
    };
    await post("register", who);
    const { account, token } = await post("login", { ...who, device: "laptop" });
    return { ...account, token };
  }

  function push(token: string, space: string) {
    const time = `2026-11-20T10:00:00.000Z-0000-${space === "~" ? "own" : space}`;
    const change = { collection: "todos", id: "t", op: "put", time, fields: { title: "hidden" } };
    const body = {
      clientId: space === "~" ? "own" : space,
      ...{ now: time, cursor: null, mutations: [{ id: 1, seen: null, changes: [change] }] },
    };
    return fetch(`${server.url}/v1/todo/${space}/sync`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  const reads = async (headers: Record<string, string>) =>
    (await fetch(`${server.url}/v1/todo/~/changes`, { headers })).status;

  it("is not there for whom has no admin key", async () => {
    const { keys } = server.server;
    await keys.createUser("robot");
    const plain = await keys.createKey("robot");
    const gone = await keys.createKey("console", { scopes: adminScopes("all") });
    await keys.revoke("console", gone.info.uuid);
    const late = await keys.createKey("console", { scopes: adminScopes("all"), expiresAtMs: 1 });
    const strangers = [undefined, "garbage", ana.token, plain.key, gone.key, late.key];
    for (const key of strangers)
      for (const path of ["overview", "users", "nothing"]) {
        const { status, body } = await ask(key, "GET", path);
        expect([key, path, status, body.error.code]).toEqual([key, path, 404, "not_found"]);
      }
    // Nor does an admin key open anything else.
    expect(await reads({ authorization: `Bearer ${all}` })).toBe(403);
  });

  it("lets each scope do what it says, and notes what was refused", async () => {
    const [looks, users] = [await adminKey("read"), await adminKey("read:users,spaces")];
    const lock = `users/${ana.userId}/lock`;
    expect((await ask(looks, "GET", "overview")).status).toBe(200);
    expect((await ask(looks, "POST", lock)).status).toBe(403);
    expect((await ask(looks, "DELETE", "spaces/todo/team")).status).toBe(403);
    expect((await ask(users, "GET", "users")).status).toBe(200);
    expect((await ask(users, "POST", lock)).status).toBe(403);
    expect((await ask(users, "GET", "audit")).status).toBe(403);
    expect((await ask(users, "DELETE", "spaces/todo/team")).status).toBe(204);
    expect((await ask(users, "GET", "spaces/todo/team")).status).toBe(404);
    const { body } = await ask(all, "GET", `audit?about=${ana.userId}`);
    expect(body.entries).toMatchObject([
      ...Array(2).fill({ action: "admin.refused", actor: { kind: "admin" } }),
    ]);
  });

  it("tells how the server is, with its backups", async () => {
    // The server makes one as soon as it is up.
    const made = async () => (await ask(all, "GET", "backups")).body.backups.length;
    await expect.poll(made, WAIT).toBe(1);
    const { body } = await ask(all, "GET", "overview");
    expect(body).toMatchObject({
      ...{ database: "connected", locked: 0, version: expect.stringMatching(/^\d/) },
      storage: { spaces: 3, records: expect.any(Number) },
      lastBackup: expect.stringMatching(/Z$/),
    });
    const { backups } = (await ask(all, "GET", "backups")).body;
    expect(backups).toEqual([
      { name: expect.stringMatching(/\.db$/), at: body.lastBackup, bytes: expect.any(Number) },
    ]);
    expect(backups[0].bytes).toBeGreaterThan(1_000);
  });

  it("tells a key what it may, and notes that it asked", async () => {
    const key = await adminKey("read:users,spaces");
    const { status, body } = await ask(key, "GET", "key");
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        user: "console",
        expires: null,
        areas: {
          ...{ audit: "none", backups: "none", consumers: "none", keys: "none" },
          ...{ overview: "none", spaces: "write", users: "read" },
        },
      }),
    ]);
    expect((await ask(await adminKey("read"), "GET", "key")).body.areas.keys).toBe("read");
    const said = (await ask(all, "GET", `audit?about=${body.id}`)).body.entries;
    expect(said.map(routeOf)).toEqual(["GET /v1/admin/key"]);
  });

  it("counts what the node did, and what is open", async () => {
    const { traffic, memoryBytes, backups } = (await ask(all, "GET", "overview")).body;
    expect([memoryBytes > 1e6, backups]).toEqual([true, true]);
    expect(traffic).toMatchObject({
      ...{ failed: 0, pushes: 2, sockets: 0, refused: 0 },
      mutations: { applied: 2, duplicate: 0, conflict: 0, rejected: 0 },
    });
    expect(traffic.requests).toBeGreaterThan(3);
    expect(traffic.connections).toBeGreaterThan(0);
  });

  it("shows what background work could not do, and has it tried again", async () => {
    const looks = await adminKey("read:consumers");
    const [claim] = await claimOf("todo/team");
    const [entry] = await server.store.history({ space: "todo/team", after: 0, limit: 1 });
    if (claim === undefined || entry === undefined) throw new Error("It has work, and history.");
    expect(await server.store.consumers.bury(claim, { entry, attempts: 3, error: "no" })).toBe(
      true,
    );
    await server.store.consumers.release(claim);
    expect((await ask(looks, "GET", "consumers")).body.consumers).toMatchObject([
      { consumer: "mails", deadLetters: 1 },
    ]);
    const letters = async (query = "") =>
      (await ask(looks, "GET", `dead-letters${query}`)).body.letters;
    const letter = {
      ...{ consumer: "mails", space: "todo/team", stamp: entry.stamp, collection: "todos" },
      ...{ id: "t", op: "put", attempts: 3, error: "no", at: expect.any(String), again: false },
    };
    expect(await letters()).toEqual([letter]);
    expect(await letters("?consumer=other")).toEqual([]);
    const retry = "consumers/mails/retry";
    expect((await ask(looks, "POST", retry, {})).status).toBe(403);
    expect((await ask(all, "POST", retry, { space: "todo/other" })).status).toBe(404);
    const again = await ask(all, "POST", retry, { space: "todo/team", stamp: entry.stamp });
    expect(again.body).toEqual({ again: 1 });
    expect(await letters()).toEqual([{ ...letter, again: true }]);
    const { entries } = (await ask(all, "GET", "audit?action=consumer.retry")).body;
    expect(entries).toMatchObject([
      { target: "mails", details: { space: "todo/team", stamp: entry.stamp } },
      { target: "mails", details: { space: "todo/other" } },
    ]);
    const rest = (await ask(all, "GET", "audit?without=admin.call")).body.entries;
    expect(rest.some(({ action }: { readonly action: string }) => action === "admin.call")).toBe(
      false,
    );
    expect(rest.length).toBeGreaterThan(2);
  });

  async function claimOf(space: string) {
    const { consumers } = server.store;
    await consumers.register("mails", 0);
    const request = { consumer: "mails", startAt: 0, leaseMs: 60_000, limit: 1, atMs: 0 };
    return await consumers.claim({ ...request, spaces: [space] });
  }

  it("lists the keys of everybody, page by page", async () => {
    await server.server.keys.createUser("robot");
    const { info } = await server.server.keys.createKey("robot", { scopes: ["read:todo"] });
    const { body, text } = await ask(all, "GET", "keys");
    expect(text).not.toContain("sk_");
    expect(body.next).toBeNull();
    expect(body.keys).toHaveLength(2);
    expect(body.keys).toContainEqual(
      expect.objectContaining({ id: info.uuid, user: "robot", scopes: ["read:todo"] }),
    );
    const first = (await ask(all, "GET", "keys?limit=1")).body;
    const second = (await ask(all, "GET", `keys?limit=1&after=${first.next}`)).body;
    const users = [...first.keys, ...second.keys].map(({ user }) => user);
    expect(users.sort()).toEqual(["console", "robot"]);
    expect((await ask(all, "GET", "keys?after=x")).status).toBe(400);
    await server.server.keys.revokeAll("robot");
    expect((await ask(all, "GET", "keys")).body.keys).toHaveLength(1);
  });

  it("lists spaces with members and devices, page by page, and nothing of what they hold", async () => {
    const own = `todo/~${ana.userId}`;
    const { body, text } = await ask(all, "GET", "spaces?app=todo");
    expect(body).toMatchObject({
      spaces: [
        { space: "todo/team", records: 1, members: 1, devices: 1 },
        { space: own, records: 1, members: 0, devices: 1 },
      ],
      next: null,
    });
    expect(text).not.toContain("hidden");
    const first = (await ask(all, "GET", "spaces?app=todo&limit=1")).body;
    expect(first).toMatchObject({ spaces: [{ space: "todo/team" }], next: "todo/team" });
    const second = (await ask(all, "GET", `spaces?app=todo&limit=1&after=${first.next}`)).body;
    expect(second.spaces).toMatchObject([{ space: own }]);
    expect((await ask(all, "GET", "spaces?part=tea")).body.spaces).toHaveLength(1);
    expect((await ask(all, "GET", "spaces/todo/team")).body).toMatchObject({
      collections: { todos: 1 },
      memberList: [{ userId: ana.userId, role: "owner" }],
      deviceList: [{ userId: ana.userId, clientId: "team", lastMutation: 1 }],
    });
    expect((await ask(all, "GET", "spaces/todo/none")).status).toBe(404);
    // Nor is there one for what the server keeps for itself.
    expect((await ask(all, "GET", "spaces")).body.spaces).toHaveLength(2);
    expect((await ask(all, "DELETE", "spaces/.syncline/keys")).status).toBe(404);
    for (const odd of ["users/%00", "spaces?after=%00", "audit?about=%00", "spaces/todo/%00"])
      expect([odd, (await ask(all, "GET", odd)).status]).toEqual([odd, 400]);
  });

  it("does with users what the commands do", async () => {
    const bob = await register("bob");
    const path = (verb = "") => `users/${ana.userId}${verb}`;
    const first = (await ask(all, "GET", "users?limit=1")).body;
    const second = (await ask(all, "GET", `users?limit=1&after=${first.next}`)).body;
    const ids = [...first.users, ...second.users].map(({ userId }) => userId);
    expect(ids).toEqual([ana.userId, bob.userId].sort());
    expect((await ask(all, "GET", "users?part=BOB@")).body.users).toMatchObject([
      { userId: bob.userId, email: "bob@example.org", locked: false },
    ]);
    expect((await ask(all, "GET", path())).body).toMatchObject({
      devices: [{ device: "laptop" }],
      spaces: [{ space: "todo/team", role: "owner" }, { role: "own" }],
    });
    const exported = await ask(all, "GET", path("/export"));
    expect(exported.text).toContain("hidden");
    expect(exported.text).not.toMatch(/argon2|scrypt/);
    expect((await ask(all, "POST", path("/lock"))).status).toBe(204);
    const bearer = { authorization: `Bearer ${ana.token}` };
    await expect.poll(() => reads(bearer), WAIT).toBe(403);
    expect((await ask(all, "POST", path("/unlock"))).status).toBe(204);
    await expect.poll(() => reads(bearer), WAIT).toBe(200);
    const { password } = (await ask(all, "POST", path("/reset"))).body;
    expect(password).toMatch(/^[\w-]{20}$/);
    await expect.poll(() => reads(bearer), WAIT).toBe(401);
    expect((await ask(all, "POST", path("/sign-out"))).body).toEqual({ devices: 0 });
    expect((await ask(all, "DELETE", path())).status).toBe(204);
    expect((await ask(all, "GET", path())).status).toBe(404);
    const said = (await ask(all, "GET", `audit?about=${ana.userId}`)).body;
    const acts = said.entries.map(({ action }: { readonly action: string }) => action);
    for (const one of ["show", "export", "lock", "unlock", "reset", "sign-out", "delete"])
      expect(acts).toContain(`user.${one}`);
    expect(JSON.stringify(said)).not.toContain(password);
  });

  it("makes and revokes API keys, but no admin key", async () => {
    const path = "users/robot/keys";
    const wanted = { description: "a robot", scopes: ["read:todo"] };
    const made = (await ask(all, "POST", path, wanted)).body;
    expect(made).toMatchObject({ ...wanted, expires: null, key: expect.stringMatching(/^sk_/) });
    expect(await reads({ "x-api-key": made.key })).toBe(200);
    const { key, ...shown } = made;
    const listed = (await ask(all, "GET", path)).body;
    expect(listed.keys).toMatchObject([{ id: shown.id, scopes: ["read:todo"] }]);
    expect(JSON.stringify(listed)).not.toContain(key);
    expect((await ask(all, "DELETE", `${path}/${shown.id}`)).status).toBe(204);
    expect(await reads({ "x-api-key": key })).toBe(401);
    for (const scopes of [adminScopes("all"), adminScopes("read:audit")])
      expect((await ask(all, "POST", path, { scopes })).status).toBe(403);
    const other = await server.server.keys.createKey("console", { scopes: adminScopes("all") });
    const revoked = await ask(all, "DELETE", `users/console/keys/${other.info.uuid}`);
    expect(revoked.status).toBe(403);
    expect((await ask(other.key, "GET", "overview")).status).toBe(200);
    expect((await ask(all, "POST", path, { expires: "soon" })).status).toBe(400);
  });

  it("shows the audit page by page, the newest first, each call of its own in it", async () => {
    const from = new Date().toISOString();
    await ask(all, "GET", "overview");
    await ask(all, "GET", "backups");
    const first = (await ask(all, "GET", "audit?limit=2")).body;
    expect(first.entries.map(routeOf)).toEqual(["GET /v1/admin/audit", "GET /v1/admin/backups"]);
    const next = (await ask(all, "GET", `audit?limit=1&before=${first.next}`)).body;
    expect(next.entries.map(routeOf)).toEqual(["GET /v1/admin/overview"]);
    const since = (await ask(all, "GET", `audit?since=${from}`)).body;
    expect(since.entries.at(-1)).toMatchObject(next.entries[0]);
    expect((await ask(all, "GET", "audit?since=yesterday")).status).toBe(400);
  });
});

function routeOf({ details }: { readonly details: { readonly route?: string } }) {
  return details.route;
}
