// Users and API keys: made, exchanged once, used, taken away; nothing of them is kept that could be used.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemEngineEnvironment } from "../create-server.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { createKeyStore, uuid7 } from "./index.ts";

let folder = "";
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-keys-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each<[string, () => Promise<Store>]>([
  ["memory", async () => createMemoryStore()],
  ["SQLite", () => openSqliteStore({ path: join(folder, `${++count}.db`) })],
])("keys on %s", (_name, open) => {
  async function setUp() {
    const store = await open();
    const failures: unknown[] = [];
    let nowMs = Date.UTC(2026, 10, 21);
    const options = {
      store,
      environment: {
        now: () => nowMs,
        randomId: () => "epoch",
        secret: () => "5e".repeat(32),
        mac: systemEngineEnvironment().mac,
        defer: (run: () => void) => void setImmediate(run),
      },
      failed: (_what: string, thrown: unknown) => failures.push(thrown),
    };
    const advance = (ms: number) => {
      nowMs += ms;
    };
    return {
      store,
      keys: createKeyStore(options),
      other: createKeyStore(options),
      advance,
      failures,
    };
  }

  test("a user is made once", async () => {
    const { keys } = await setUp();
    expect(await keys.hasUser("member.ana")).toBe(false);
    expect(await keys.createUser("member.ana")).toBe(true);
    expect(await keys.createUser("member.ana")).toBe(false);
    expect(await keys.hasUser("member.ana")).toBe(true);
    await expect(keys.createUser("")).rejects.toMatchObject({ code: "invalid", path: "user" });
    await expect(keys.createUser("x".repeat(129))).rejects.toMatchObject({ code: "invalid" });
    await expect(keys.createUser("\ud800")).rejects.toMatchObject({ code: "invalid" });
  });

  test("a key is its user's until it is taken away, and only its hash is kept", async () => {
    const { keys, other, store } = await setUp();
    await keys.createUser("ana");
    const { key, info } = await keys.createKey("ana", { description: "laptop" });
    expect(key).toMatch(/^sk_[A-Za-z0-9+/]{43}$/);
    expect(await other.verify(key)).toMatchObject({ user: "ana", uuid: info.uuid });
    const page = await store.page({
      space: ".syncline/keys",
      after: 0,
      tombstonesAfter: 0,
      limit: 100,
      maxBytes: 1e6,
      separator: ",",
    });
    expect(page?.changes).toContain("laptop");
    expect(page?.changes).not.toContain(key.slice(3));
    expect(await keys.revoke("ana", info.uuid)).toBe(true);
    expect(await keys.revoke("ana", info.uuid)).toBe(false);
    expect(await other.verify(key)).toBeUndefined();
    expect(await keys.list("ana")).toEqual([]);
    expect(await store.check()).toEqual([]);
  });

  test("what is no key is none, however it is written", async () => {
    const { keys } = await setUp();
    await keys.createUser("ana");
    const { key } = await keys.createKey("ana");
    const texts = [
      "",
      "sk_",
      key.slice(0, -1),
      `${key}=`,
      ` ${key}`,
      key.toLowerCase(),
      `${key}\n`,
    ];
    for (const text of texts) expect(await keys.verify(text)).toBeUndefined();
    expect(await keys.verify(key)).toBeDefined();
  });

  test("a key may end, and be good for some spaces only; bad scopes are named", async () => {
    const { keys, advance } = await setUp();
    await keys.createUser("ana");
    const { key } = await keys.createKey("ana", {
      expiresAtMs: Date.UTC(2026, 10, 22),
      scopes: ["read:todo", "house/home"],
    });
    expect(await keys.verify(key)).toMatchObject({ scopes: ["read:todo", "house/home"] });
    advance(86_400_000);
    expect(await keys.verify(key)).toBeUndefined();
    await expect(keys.createKey("ana", { scopes: ["todo", "a b"] })).rejects.toMatchObject({
      path: "scopes.1",
    });
    await expect(keys.createKey("ana", { scopes: [] })).rejects.toMatchObject({ path: "scopes" });
    await expect(keys.createKey("nobody")).rejects.toMatchObject({ code: "not_found" });
  });

  test("a setup code is good once, for a day, until the next one", async () => {
    const { keys, advance } = await setUp();
    await keys.createUser("ana");
    const first = await keys.issueSetup("ana");
    expect(first.code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
    const second = await keys.issueSetup("ana");
    expect(await keys.exchange(first.code, "phone")).toBeUndefined();
    const got = await keys.exchange(second.code, "phone");
    expect(got?.info).toMatchObject({ user: "ana", description: "phone" });
    expect(await keys.exchange(second.code, "phone")).toBeUndefined();
    expect(await keys.verify(got?.key ?? "")).toMatchObject({ user: "ana" });
    const third = await keys.issueSetup("ana");
    advance(86_400_000);
    expect(await keys.exchange(third.code, "phone")).toBeUndefined();
    for (const text of ["", "ABCD-EFGH", "abcd-efgh", "ABCDEFGH", "A".repeat(10_000)])
      expect(await keys.exchange(text, "")).toBeUndefined();
    await expect(keys.issueSetup("nobody")).rejects.toMatchObject({ code: "not_found" });
  });

  test("of many who exchange one code at once, one gets a key", async () => {
    const { keys, other } = await setUp();
    await keys.createUser("ana");
    const { code } = await keys.issueSetup("ana");
    const tries = Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? keys : other).exchange(code, `${i}`),
    );
    const got = (await Promise.all(tries)).filter((one) => one !== undefined);
    expect(got).toHaveLength(1);
    expect(await keys.list("ana")).toHaveLength(1);
  });

  test("all keys and codes of a user are taken away at once, also while others are made", async () => {
    const { keys, other } = await setUp();
    await keys.createUser("ana");
    await keys.createUser("bob");
    const bobs = await keys.createKey("bob");
    const made = await Promise.all([1, 2, 3].map(() => keys.createKey("ana")));
    const { code } = await keys.issueSetup("ana");
    const [count, late] = await Promise.all([other.revokeAll("ana"), keys.createKey("ana")]);
    expect([3, 4]).toContain(count);
    for (const { key } of made) expect(await keys.verify(key)).toBeUndefined();
    expect(await keys.exchange(code, "")).toBeUndefined();
    expect((await keys.verify(late.key)) === undefined).toBe(count === 4);
    expect(await keys.verify(bobs.key)).toBeDefined();
    expect(await keys.revokeAll("nobody")).toBe(0);
  });

  test("a user has a hundred keys at most", async () => {
    const { keys } = await setUp();
    await keys.createUser("ana");
    for (let i = 0; i < 100; i++) await keys.createKey("ana");
    await expect(keys.createKey("ana")).rejects.toMatchObject({ code: "too_large" });
    expect(await keys.revokeAll("ana")).toBe(100);
    await keys.createKey("ana");
  });

  test("it is noted when a key was used, once a minute", async () => {
    const { keys, advance, failures } = await setUp();
    await keys.createUser("ana");
    const { key } = await keys.createKey("ana");
    const used = async () => (await keys.list("ana"))[0]?.lastUsedAtMs;
    await keys.verify(key);
    await expect.poll(used).toBe(Date.UTC(2026, 10, 21));
    advance(30_000);
    await keys.verify(key);
    advance(31_000);
    await keys.verify(key);
    await expect.poll(used).toBe(Date.UTC(2026, 10, 21) + 61_000);
    expect(failures).toEqual([]);
  });
});

test("a UUID says its version, its variant and its time", () => {
  const made = uuid7(1_760_000_000_123);
  expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(made.replaceAll("-", "").slice(0, 12), 16)).toBe(1_760_000_000_123);
  expect(uuid7(1_760_000_000_123)).not.toBe(made);
});
