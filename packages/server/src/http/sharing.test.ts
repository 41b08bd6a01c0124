// Sharing over HTTP: lists, titles, invitations, owners; and what strangers get.

import { SynclineError } from "@syncline/core";
import { describe, expect, test } from "vitest";
import type { SharingOfApp } from "../apps/app.ts";
import { defineApp } from "../apps/define-app.ts";
import { serve } from "../testing/socket-fixture.ts";
import type { TestServer } from "../testing/start-server.ts";

const GONE = { error: { code: "not_found", path: "code" } };
const FORBIDDEN = { error: { code: "forbidden" } };

interface Invited {
  readonly id: string;
  readonly code: string;
}

async function setUp(sharing: SharingOfApp = {}, addresses: { [user: string]: string } = {}) {
  const app = defineApp({
    name: "team",
    collections: { cards: {} },
    createSpaces: "anyone",
    sharing,
  });
  const server = await serve({
    apps: [app],
    server: { addressOf: async ({ userId }) => addresses[userId] },
  });
  const ask = asking(server);
  await ask("alice", "PUT", "/board", { title: "Our board" });
  return { server, ask };
}

/** Asks as a user; gives the answer's body, or its status where it has none. */
function asking(server: TestServer) {
  return async <Answer = unknown>(user: string, method: string, path: string, body?: unknown) => {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await server.call(user, `/v1/team${path}`, init);
    const text = await answer.text();
    return (text === "" ? answer.status : JSON.parse(text)) as Answer;
  };
}

type Ask = ReturnType<typeof asking>;

const invite = (ask: Ask, user: string, body: object = { role: "writer" }) =>
  ask<Invited>(user, "POST", "/board/invitations", body);
const accept = (ask: Ask, user: string, code: string) =>
  ask(user, "POST", "/invitations/accept", { code });
const preview = (ask: Ask, user: string, code: string) =>
  ask(user, "POST", "/invitations/preview", { code });
const listOf = (ask: Ask, user: string) =>
  ask<{ spaces: { name: string; title: string; role: string; stamp: number }[]; more: boolean }>(
    user,
    "GET",
    "/spaces",
  );

describe("one's spaces", () => {
  test("are those that one is a member of, in this app, and nobody else's", async () => {
    const { ask } = await setUp();
    expect(await listOf(ask, "alice")).toEqual({
      spaces: [
        { name: "board", role: "owner", title: "Our board", stamp: 0, since: expect.any(Number) },
      ],
      more: false,
    });
    expect(await listOf(ask, "bob")).toEqual({ spaces: [], more: false });
    await ask("alice", "PUT", "/board/members/bob", { role: "reader" });
    expect((await listOf(ask, "bob")).spaces).toMatchObject([{ name: "board", role: "reader" }]);
    await ask("alice", "DELETE", "/board/members/bob");
    expect((await listOf(ask, "bob")).spaces).toEqual([]);
  });

  test("come in pages", async () => {
    const { ask } = await setUp();
    for (const name of ["a", "b"]) await ask("alice", "PUT", `/${name}`, {});
    const page = await ask<{ spaces: { name: string }[]; more: boolean }>(
      "alice",
      "GET",
      "/spaces?limit=2",
    );
    expect([page.spaces.map(({ name }) => name), page.more]).toEqual([["a", "b"], true]);
    expect(await ask("alice", "GET", "/spaces?after=b")).toMatchObject({
      spaces: [{ name: "board" }],
      more: false,
    });
  });

  test("are set up once, whoever repeats it, by their owner only", async () => {
    const { ask } = await setUp();
    const rule = { id: "r1", user: "*", item: "cards.*", action: "read", type: "allow" };
    const body = { title: "New", rules: [rule] };
    for (let i = 0; i < 2; i++) expect(await ask("alice", "PUT", "/new", body)).toBe(204);
    const { rules } = await ask<{ rules: unknown[] }>("alice", "GET", "/new/rules");
    expect(rules).toHaveLength(1);
    expect(await ask("eve", "PUT", "/new", { title: "Mine" })).toMatchObject(FORBIDDEN);
    await ask("alice", "PUT", "/new/members/bob", { role: "writer" });
    expect(await ask("bob", "PUT", "/new", { title: "Bob's" })).toMatchObject(FORBIDDEN);
    expect((await listOf(ask, "bob")).spaces).toMatchObject([{ title: "New" }]);
  });
});

describe("an invitation by link", () => {
  test("says what it is for, and makes a member of whoever accepts it, once", async () => {
    const { ask } = await setUp();
    const { code } = await invite(ask, "alice", { role: "writer", days: 2 });
    expect(await preview(ask, "bob", code)).toMatchObject({
      name: "board",
      title: "Our board",
      role: "writer",
      by: "alice",
    });
    expect(await accept(ask, "bob", code)).toEqual({ name: "board", role: "writer" });
    expect(await accept(ask, "bob", code)).toEqual({ name: "board", role: "writer" });
    expect(await accept(ask, "carol", code)).toMatchObject(GONE);
    expect(await preview(ask, "carol", code)).toMatchObject(GONE);
    expect((await listOf(ask, "carol")).spaces).toEqual([]);
  });

  test("is good for nothing when guessed, revoked, or taken to another app", async () => {
    const { ask, server } = await setUp();
    const { id, code } = await invite(ask, "alice", { role: "owner", uses: 5 });
    for (const guess of [id, code.slice(0, -1), `${code}0`, "x", code.toUpperCase()])
      expect(await accept(ask, "eve", guess), guess).toMatchObject(GONE);
    const elsewhere = await server.call("eve", "/v1/other/invitations/accept", {
      method: "POST",
      body: JSON.stringify({ code }),
    });
    expect(elsewhere.status).toBe(404);
    expect(await ask("eve", "DELETE", `/board/invitations/${id}`)).toMatchObject(FORBIDDEN);
    expect(await ask("alice", "DELETE", `/board/invitations/${id}`)).toBe(204);
    expect(await accept(ask, "eve", code)).toMatchObject(GONE);
  });

  test("ends with the rights of who gave it out", async () => {
    const { ask } = await setUp({ invite: "writer" });
    await ask("alice", "PUT", "/board/members/bob", { role: "writer" });
    const { code } = await invite(ask, "bob");
    await ask("alice", "DELETE", "/board/members/bob");
    expect(await accept(ask, "carol", code)).toMatchObject(GONE);
  });

  test("never lowers a role", async () => {
    const { ask } = await setUp();
    const { code } = await invite(ask, "alice", { role: "reader", uses: 9 });
    expect(await accept(ask, "alice", code)).toEqual({ name: "board", role: "owner" });
  });

  test("is not for personal spaces, and there are only so many", async () => {
    const { ask } = await setUp();
    const body = { role: "reader" };
    expect(await ask("alice", "POST", "/~/invitations", body)).toMatchObject({
      error: { code: "invalid", path: "space" },
    });
    await Promise.all(Array.from({ length: 100 }, () => invite(ask, "alice", body)));
    expect(await invite(ask, "alice", body)).toMatchObject({ error: { code: "quota_exceeded" } });
  });
});

describe("an invitation to an address", () => {
  test("is accepted by the account that has it, however it is written, and by nobody else", async () => {
    const { ask, server } = await setUp({}, { bob: "Bob@Example.org", eve: "eve@example.org" });
    const { code } = await invite(ask, "alice", { role: "writer", email: " bob@example.org" });
    for (const stranger of ["eve", "nobody"]) {
      expect(await preview(ask, stranger, code)).toMatchObject(FORBIDDEN);
      expect(await accept(ask, stranger, code)).toMatchObject(FORBIDDEN);
    }
    expect(await accept(ask, "bob", code)).toEqual({ name: "board", role: "writer" });
    const kept = JSON.stringify(await server.store.sharing.invitations("team/board", 0));
    expect(kept).not.toContain("example.org");
  });
});

describe("who may invite", () => {
  test("is the owner where the app says nothing", async () => {
    const { ask } = await setUp();
    for (const [user, role] of Object.entries({ bob: "writer", carol: "reader" })) {
      await ask("alice", "PUT", `/board/members/${user}`, { role });
      expect(await invite(ask, user, { role: "reader" })).toMatchObject(FORBIDDEN);
    }
    expect(await invite(ask, "eve")).toMatchObject(FORBIDDEN);
  });

  test("is whom the app names, to no more than his own role, seeing his own only", async () => {
    const { ask } = await setUp({ invite: "writer" });
    await ask("alice", "PUT", "/board/members/bob", { role: "writer" });
    const { id } = await invite(ask, "alice", { role: "reader" });
    expect(await invite(ask, "bob", { role: "owner" })).toMatchObject(FORBIDDEN);
    await invite(ask, "bob", { role: "writer" });
    expect(await ask("bob", "GET", "/board/invitations")).toMatchObject({
      invitations: [{ by: "bob", role: "writer" }],
    });
    expect(await ask("bob", "DELETE", `/board/invitations/${id}`)).toMatchObject({
      error: { code: "not_found" },
    });
    const { invitations } = await ask<{ invitations: object[] }>(
      "alice",
      "GET",
      "/board/invitations",
    );
    expect(invitations).toHaveLength(2);
    expect(JSON.stringify(invitations)).not.toContain("code");
  });

  test("is whom a function of the app lets, with its reason", async () => {
    const { ask } = await setUp({
      invite: (_who, _space, { role }) =>
        role === "reader" || new SynclineError("payment_required", "Writers cost money."),
    });
    expect(await invite(ask, "alice", { role: "reader" })).toMatchObject({ role: "reader" });
    expect(await invite(ask, "alice", { role: "writer" })).toMatchObject({
      error: { code: "payment_required", message: "Writers cost money." },
    });
  });
});

describe("members", () => {
  test("are seen by members where the app says so, and by nobody else", async () => {
    for (const seeMembers of ["members", "owners"] as const) {
      const { ask } = await setUp({ seeMembers });
      await ask("alice", "PUT", "/board/members/bob", { role: "reader" });
      const seen = seeMembers === "members" ? { members: [{}, {}] } : FORBIDDEN;
      expect(await ask("bob", "GET", "/board/members")).toMatchObject(seen);
      expect(await ask("eve", "GET", "/board/members")).toMatchObject(FORBIDDEN);
    }
  });

  test("leave by themselves, the last owner not, and put nobody else out", async () => {
    const { ask } = await setUp();
    for (const user of ["bob", "carol"])
      await ask("alice", "PUT", `/board/members/${user}`, { role: "writer" });
    expect(await ask("bob", "DELETE", "/board/members/carol")).toMatchObject(FORBIDDEN);
    expect(await ask("bob", "DELETE", "/board/members/bob")).toBe(204);
    expect(await ask("carol", "DELETE", "/board/membership")).toBe(204);
    expect((await listOf(ask, "carol")).spaces).toEqual([]);
    expect(await ask("alice", "DELETE", "/board/members/alice")).toMatchObject({
      error: { code: "conflict" },
    });
  });

  test("become owner when one hands the space over, and nobody takes it", async () => {
    const { ask } = await setUp();
    await ask("alice", "PUT", "/board/members/bob", { role: "reader" });
    expect(await ask("bob", "POST", "/board/owner", { userId: "bob" })).toMatchObject(FORBIDDEN);
    expect(await ask("alice", "POST", "/board/owner", { userId: "eve" })).toMatchObject({
      error: { code: "not_found" },
    });
    expect(await ask("alice", "POST", "/board/owner", { userId: "bob" })).toBe(204);
    expect(await ask("bob", "GET", "/board/members")).toEqual({
      members: [
        { userId: "alice", role: "writer" },
        { userId: "bob", role: "owner" },
      ],
    });
  });
});
