// The audit: what people do over HTTP and operators by commands is in one list, on a file and on PostgreSQL.

import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AuditEntry, auditIdAt } from "../audit/audit.ts";
import { openPostgresStore, openSqliteStore } from "../store/index.ts";
import { takeDatabase } from "../store/sqlite/lock.ts";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { type CommandLine, openCommandLine, pushTo, type Serving } from "./cli-fixture.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.stop());

const SECRET = { SYNCLINE_AUTH_SECRET: "a secret of the audit's server, long enough" };
const ME = { kind: "operator", id: userInfo().username };

describe.each([
  ["a file", async () => ({ ...SECRET })],
  ["PostgreSQL", async () => ({ ...SECRET, DATABASE_URL: await postgres.database() })],
])("the audit on %s", (_name, environment) => {
  let line: CommandLine;
  let env: { readonly SYNCLINE_AUTH_SECRET: string; readonly DATABASE_URL?: string };
  let server: Serving;
  let tokens: Record<string, string>;
  beforeEach(async () => {
    env = await environment();
    line = await openCommandLine(env);
    server = await line.serve();
    tokens = {};
    for (const name of ["ana", "bob"])
      tokens[name] = JSON.parse((await line.run(["token", name, "--json"])).out).token;
    await line.run(["spaces", "create", "todo/team", "--owner", "ana"]);
  });
  afterEach(() => line.close());

  const call = async (user: string, method: string, path: string, body?: object) => {
    const answer = await fetch(`${server.url}/v1/todo/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[user]}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const entries = async (...args: string[]): Promise<AuditEntry[]> => {
    const { out, code, err } = await line.run(["audit", ...args, "--json"]);
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n").filter((one) => one !== "");
    return lines.map((one) => JSON.parse(one));
  };
  const openStore = () =>
    env.DATABASE_URL === undefined
      ? openSqliteStore({ path: join(line.cwd, "data", "syncline.db") })
      : openPostgresStore({ url: env.DATABASE_URL });

  it("holds what people grant, and what they were refused is not in it", async () => {
    const [ana, bob] = [
      { kind: "user", id: "ana" },
      { kind: "user", id: "bob" },
    ];
    expect((await call("bob", "PUT", "team/members/eve", { role: "owner" })).status).toBe(403);
    expect((await call("ana", "PUT", "team/members/eve", { role: "reader" })).status).toBe(200);
    const invited = await call("ana", "POST", "team/invitations", { role: "writer" });
    const { code, id } = invited.body;
    expect((await call("bob", "POST", "invitations/accept", { code })).status).toBe(200);
    const rule = { user: "*", item: "*", action: "read", type: "allow" };
    expect((await call("ana", "POST", "team/rules", { rules: [rule] })).status).toBe(200);
    expect((await call("ana", "DELETE", "team/members/eve")).status).toBe(204);
    expect((await call("ana", "POST", "team/owner", { userId: "bob" })).status).toBe(204);
    const said = await entries("todo/team");
    expect(said.map(({ actor, action, details }) => ({ actor, action, details }))).toEqual([
      { actor: ME, action: "space.create", details: { owner: "ana" } },
      { actor: ana, action: "member.set", details: { user: "eve", role: "reader" } },
      {
        actor: ana,
        action: "invitation.create",
        details: { invitation: id, role: "writer", uses: 1, forAddress: false },
      },
      { actor: bob, action: "invitation.accept", details: { role: "writer" } },
      { actor: ana, action: "rule.add", details: { rules: 1 } },
      { actor: ana, action: "member.remove", details: { user: "eve" } },
      { actor: ana, action: "owner.hand-over", details: { user: "bob" } },
    ]);
    expect(JSON.stringify(said)).not.toContain(code);
  });

  it("holds what operators do and read, under their name, and no secret", async () => {
    expect(await pushTo({ url: server.url, token: tokens["ana"] ?? "" }, "note")).toBe(200);
    await line.run(["spaces", "add", "todo/team", "bob", "writer"]);
    const made = JSON.parse((await line.run(["keys", "create", "robot", "--json"])).out);
    const setup = JSON.parse((await line.run(["keys", "setup", "robot", "--json"])).out);
    await line.run(["keys", "revoke", "robot"]);
    for (const args of [
      ["export", "todo/~ana"],
      ["history", "todo/~ana", "todos", "note"],
      ["backup", "copy.db"],
      ["erase", "ana", "--yes"],
      ["spaces", "delete", "todo/team", "--yes"],
    ])
      expect(await line.run(args)).toMatchObject({ code: 0, err: "" });
    const said = await entries();
    expect(said.every(({ actor }) => actor.kind === ME.kind && actor.id === ME.id)).toBe(true);
    expect(said.map(({ action, target }) => [action, target])).toEqual([
      ["space.create", "todo/team"],
      ["member.set", "todo/team"],
      ["key.create", "robot"],
      ["key.setup", "robot"],
      ["key.revoke", "robot"],
      ["export", "todo/~ana"],
      ["space.read", "todo/~ana"],
      ["backup", ""],
      ["erase", expect.stringMatching(/^erased:[0-9a-f]{16}$/)],
      ["space.delete", "todo/team"],
      ["audit.read", ""],
    ]);
    expect(said[2]?.details).toMatchObject({ key: made.uuid });
    const text = JSON.stringify(said);
    for (const secret of [made.key, setup.code]) expect(text).not.toContain(secret);
    // Whoever knows whom it was about finds it.
    expect((await entries("ana")).map(({ action }) => action)).toEqual(["erase"]);
    const { out } = await line.run(["audit", "robot"]);
    expect(out).toMatch(new RegExp(`key\\.revoke +robot by operator ${ME.id} \\{"key":"all"\\}`));
  });

  it("says of an act that failed that it did", async () => {
    const { code } = await line.run(["spaces", "remove", "todo/team", "ana"]);
    expect(code).toBe(1); // she is its last owner
    const [, tried, failed] = await entries();
    expect(tried).toMatchObject({ action: "member.remove", details: { user: "ana" } });
    expect(failed).toMatchObject({
      action: "member.remove",
      details: { user: "ana", failed: "conflict", entry: tried?.id },
    });
  });

  it("is kept for as long as the option says, and what was removed is said", async () => {
    const [dayMs, now] = [86_400_000, Date.now()];
    const store = await openStore();
    const old = { kind: "user", actor: "ana", action: "member.set", target: "old", details: "{}" };
    for (const days of [40, 20, 5]) {
      const atMs = now - days * dayMs;
      await store.audit.append({ ...old, id: `${auditIdAt(atMs)}-7000`, atMs });
    }
    await store.close();
    expect(await entries("old", "--since", "30d")).toHaveLength(2);
    const since = new Date(now - 10 * dayMs).toISOString();
    expect(await entries("old", "--since", since)).toHaveLength(1);
    expect((await line.run(["compact", "--audit-days", "10"])).code).toBe(0);
    expect(await entries("old")).toHaveLength(1);
    const pruned = (await entries()).find(({ action }) => action === "audit.prune");
    expect(pruned).toMatchObject({ actor: ME, details: { removed: 2 } });
  });
});

it("a database that cannot be written now is read all the same, and the command says that nobody took note", async () => {
  const line = await openCommandLine(SECRET);
  try {
    const server = await line.serve();
    const { out } = await line.run(["token", "ana", "--json"]);
    expect(await pushTo({ url: server.url, token: JSON.parse(out).token }, "note")).toBe(200);
    await server.stop();
    const lock = takeDatabase(join(line.cwd, "data", "syncline.db"));
    const read = await line.run(["history", "todo/~ana", "todos", "note"]);
    lock.release();
    expect(read).toMatchObject({ code: 0, err: expect.stringContaining("Not noted in the audit") });
    expect(read.out).toContain("put");
  } finally {
    await line.close();
  }
});
