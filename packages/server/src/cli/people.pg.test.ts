// People for who runs the server: found, locked, signed out, exported, deleted, erased; on a file and on PostgreSQL.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { passkeyCalls } from "../accounts/passkey-fixture.ts";
import { createTestAuthenticator } from "../testing/authenticator.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import { type CommandLine, openCommandLine, pushTo, type Serving } from "./cli-fixture.ts";

const postgres = sharedDatabases();
afterAll(() => postgres.stop());

/** Never, on any machine. */
const WAIT = { timeout: 120_000 };
const SECRET = { SYNCLINE_AUTH_SECRET: "a secret of the people's server, long enough" };

describe.each([
  ["a file", async () => ({ ...SECRET })],
  ["PostgreSQL", async () => ({ ...SECRET, DATABASE_URL: await postgres.database() })],
])("people on %s", (_name, environment) => {
  let line: CommandLine;
  let server: Serving;
  let ids: Record<string, string>;
  let tokens: Record<string, string>;
  beforeEach(async () => {
    line = await openCommandLine(await environment());
    server = await line.serve(["--accounts"]);
    [ids, tokens] = [{}, {}];
    for (const name of ["ana", "bob"]) {
      const body = { email: `${name}@example.org`, password: "orange-kite-42" };
      expect((await post("register", body)).status).toBe(201);
      const session = (await (await post("login", body)).json()) as {
        token: string;
        account: { userId: string };
      };
      ids[name] = session.account.userId;
      tokens[name] = session.token;
      expect(await pushTo({ url: server.url, token: session.token }, `note-${name}`)).toBe(200);
    }
  });
  afterEach(() => line.close());

  const post = (path: string, body: object) =>
    fetch(`${server.url}/accounts/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const login = async (password = "orange-kite-42") =>
    (await post("login", { email: "ana@example.org", password })).status;
  const reads = async (name: string) =>
    (
      await fetch(`${server.url}/v1/todo/~/changes`, {
        headers: { authorization: `Bearer ${tokens[name]}` },
      })
    ).status;
  const json = async (...args: string[]) => JSON.parse((await line.run([...args, "--json"])).out);

  it("finds and shows them, never with a secret", async () => {
    const { out } = await line.run(["users", "list", "ANA@"]);
    expect(out).toContain("ana@example.org");
    expect(out).not.toContain("bob@");
    expect((await line.run(["users", "list"])).out.trim().split("\n")).toHaveLength(2);
    expect(await json("users", "show", "ana@example.org")).toMatchObject({
      userId: ids["ana"],
      locked: false,
      devices: [{ seen: expect.any(String) }],
      spaces: [{ space: `todo/~${ids["ana"]}`, role: "own" }],
    });
    const all = await line.run(["users", "export", "ana@example.org"]);
    const types = all.out
      .trim()
      .split("\n")
      .map((one) => JSON.parse(one).type);
    expect(types).toEqual(["account", "device", "space", "history", "record"]);
    expect(all.out).toContain("note-ana");
    expect(all.out).not.toMatch(/argon2|scrypt|refresh|note-bob/);
    expect((await line.run(["users", "show", "nobody"])).err).toContain("no account");
  });

  it("locks and unlocks, signs out, and gives another password: at once, beside the server", async () => {
    expect(await reads("ana")).toBe(200);
    const token = async () => tokens["ana"] ?? "";
    await using raw = await openRawSocket({ url: server.url, token }, "ana");
    const made = await json("keys", "create", ids["ana"] ?? "");
    const byKey = async () => {
      const headers = { authorization: `Bearer ${made.key}` };
      return (await fetch(`${server.url}/v1/todo/~/changes`, { headers })).status;
    };
    expect(await byKey()).toBe(200);
    expect((await line.run(["users", "lock", "ana@example.org"])).out).toContain("is locked");
    await expect.poll(() => reads("ana"), WAIT).toBe(403);
    await expect.poll(byKey, WAIT).toBe(403);
    await expect.poll(() => raw.socket.readyState, WAIT).toBe(raw.socket.CLOSED);
    // Who knows the password learns why; who does not, nothing.
    expect([await login(), await login("wrong"), await reads("bob")]).toEqual([403, 401, 200]);
    expect((await line.run(["users", "list"])).out).toMatch(/ana@example.org {2}locked/);
    await line.run(["users", "unlock", "ana@example.org"]);
    await expect.poll(() => reads("ana"), WAIT).toBe(200); // on the device of before
    expect([await byKey(), await login()]).toEqual([200, 200]);
    const { password } = await json("users", "reset", ids["ana"] ?? "");
    expect([await login(), await login(password)]).toEqual([401, 200]);
    expect(await json("users", "sign-out", "ana@example.org")).toMatchObject({ devices: 1 });
    const { out } = await line.run(["audit", "ana@example.org", "--json"]);
    const actions = out.trim().split("\n");
    expect(actions.map((one) => JSON.parse(one).action)).toEqual([
      ...["key.create", "user.lock", "user.unlock", "user.reset", "user.sign-out"],
    ]);
    expect(out).not.toContain(password);
  });

  it("exports passkeys without their keys, and removes them with the password", async () => {
    const origin = "https://app.example.com";
    await server.stop();
    server = await line.serve(["--accounts", "--passkey-origins", origin]);
    const [calls, phone] = [passkeyCalls(server.url), createTestAuthenticator({ origin })];
    const ana = { userId: ids["ana"] ?? "", email: "ana@example.org", password: "orange-kite-42" };
    const person = { ...ana, token: tokens["ana"] ?? "" };
    expect((await calls.add(person, phone, { name: "my phone" })).status).toBe(201);
    expect((await calls.signIn(phone)).status).toBe(200);
    const { out } = await line.run(["users", "export", ana.email]);
    const exported = out.split("\n").find((one) => one.includes("passkey")) ?? "";
    expect(JSON.parse(exported)).toEqual({
      ...{ type: "passkey", name: "my phone" },
      ...{ createdAtMs: expect.any(Number), usedAtMs: expect.any(Number) },
    });
    await json("users", "reset", ana.userId);
    expect((await calls.signIn(phone)).status).toBe(401);
  });

  it("locks who has no account here, but a key; not who is unknown", async () => {
    expect((await line.run(["users", "lock", "robot"])).err).toContain("no account");
    await line.run(["keys", "create", "robot"]);
    expect(await line.run(["users", "lock", "robot"])).toMatchObject({ code: 0 });
    expect(await json("users", "show", "robot")).toEqual({
      ...{ userId: "robot", email: null, since: null, locked: true },
      ...{ devices: [], spaces: [], apiKeys: 1 },
    });
    expect((await line.run(["users", "list", "robot"])).out).toMatch(/robot +no account +locked/);
    expect((await line.run(["users", "reset", "robot"])).err).toContain("no password");
  });

  it("deletes a person, and a space, only when told that it is meant", async () => {
    expect(await line.run(["users", "delete", "ana@example.org"])).toMatchObject({ code: 1 });
    expect(await login()).toBe(200);
    expect(await line.run(["users", "delete", "ana@example.org", "--yes"])).toMatchObject({
      code: 0,
    });
    expect(await login()).toBe(401);
    const space = `todo/~${ids["bob"]}`;
    const unsure = await line.run(["spaces", "delete", space]);
    expect([unsure.code, unsure.out]).toEqual([1, expect.stringContaining("Nothing was deleted")]);
    expect(await line.run(["spaces", "delete", space, "--yes"])).toMatchObject({ code: 0 });
    expect((await line.run(["spaces", "list"])).out).not.toContain("todo/");
    expect((await line.run(["spaces", "delete", space, "--yes"])).err).toContain("no space");
  });

  it("knows the receipt of a server whose tokens others sign", async () => {
    await server.stop();
    // No key of this server's is configured: as it is beside an auth service.
    const env = {
      SYNCLINE_AUTH_SECRET: undefined,
      SYNCLINE_DIALECTS: "mana",
      JWKS_URL: "http://127.0.0.1:9/jwks",
      MANA_SERVICE_KEY: "the key of services",
    };
    const { url } = await line.serve([], env);
    const answer = await fetch(`${url}/internal/users/${ids["ana"]}`, {
      method: "DELETE",
      headers: { "x-service-key": "the key of services" },
    });
    const receipt = await answer.text();
    expect(JSON.parse(receipt)).toMatchObject({
      user: ids["ana"],
      account: true,
      personalSpaces: [`todo/~${ids["ana"]}`],
    });
    await writeFile(join(line.cwd, "receipt.json"), receipt);
    const verify = async () => await line.run(["erase", "verify", "receipt.json"], { env });
    expect(await verify()).toMatchObject({ code: 0, err: "" });
    await writeFile(
      join(line.cwd, "receipt.json"),
      receipt.replace('"account":true', '"account":false'),
    );
    expect((await verify()).code).toBe(1);
  });

  it("erases all that names a person, in shared spaces too, and signs a receipt", async () => {
    await line.run(["spaces", "create", "todo/team", "--owner", ids["bob"] ?? ""]);
    await line.run(["spaces", "add", "todo/team", ids["ana"] ?? "", "writer"]);
    const time = "2026-11-20T10:00:00.000Z-0000-team";
    const change = { collection: "todos", id: "t", op: "put", time, fields: { title: "x" } };
    const sync = await fetch(`${server.url}/v1/todo/team/sync`, {
      method: "POST",
      headers: { authorization: `Bearer ${tokens["ana"]}`, "content-type": "application/json" },
      body: JSON.stringify({
        clientId: "team",
        now: time,
        cursor: null,
        mutations: [{ id: 1, seen: null, changes: [change] }],
      }),
    });
    expect(sync.status).toBe(200);
    await line.run(["keys", "create", ids["ana"] ?? ""]);
    const unsure = await line.run(["erase", "ana@example.org"]);
    expect([unsure.code, unsure.out]).toEqual([1, expect.stringContaining("todo/team")]);
    const erased = await line.run(["erase", "ana@example.org", "--yes"]);
    expect([erased.code, erased.err]).toEqual([0, ""]);
    expect(JSON.parse(erased.out)).toMatchObject({
      user: ids["ana"],
      account: true,
      apiKeys: 1,
      personalSpaces: [`todo/~${ids["ana"]}`],
      sharedSpaces: ["todo/team"],
      entriesRenamed: 1,
    });
    const left = await line.run(["history", "todo/team", "todos", "t"]);
    expect(left.out).toContain("by erased");
    expect((await line.run(["export", "todo/team", "--plain"])).out).toContain('"title":"x"');
    expect((await line.run(["doctor", "--accounts"])).out).toMatch(/ok +database/);
    expect((await line.run(["erase", "ana@example.org", "--yes"])).err).toContain(
      "Nothing here names",
    );
    const receipt = join(line.cwd, "receipt.json");
    await writeFile(receipt, erased.out);
    expect(await line.run(["erase", "verify", "receipt.json"])).toMatchObject({ code: 0 });
    await writeFile(
      receipt,
      (await readFile(receipt, "utf8")).replace('"apiKeys":1', '"apiKeys":2'),
    );
    expect(await line.run(["erase", "verify", "receipt.json"])).toMatchObject({ code: 1 });
  });
});
