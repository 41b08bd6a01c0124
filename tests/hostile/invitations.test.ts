// Invitations that somebody guesses, uses again or was not meant; and lists of other people's spaces, members and invitations:
// at two nodes on one database.

import { randomBytes } from "node:crypto";
import { defineApp } from "@syncline/server";
import { openRawSocket, type TestServer } from "@syncline/server/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { syncRequest } from "./fixture.ts";
import { startTwoNodes, type TwoNodes } from "./two-nodes.ts";

const team = defineApp({
  name: "todo",
  collections: { todos: {} },
  createSpaces: "anyone",
  sharing: { invite: "writer", seeMembers: "members" },
});

let two: TwoNodes;
beforeAll(async () => {
  two = await startTwoNodes({
    apps: [team],
    addressOf: async ({ userId }) => `${userId}@example.org`,
  });
});
afterAll(() => two[Symbol.asyncDispose]());

async function ask(node: TestServer, user: string, method: string, path: string, body?: object) {
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await node.call(user, `/v1/todo${path}`, init);
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : (JSON.parse(text) as object) };
}

let spaces = 0;
/** A space of Ana's, with a record in it. */
async function makeSpace(): Promise<string> {
  const name = `team${++spaces}`;
  const [node] = two.nodes;
  await ask(node, "ana", "PUT", `/${name}`, { title: `Hidden plans ${spaces}` });
  const pushed = await ask(node, "ana", "POST", `/${name}/sync`, syncRequest(`c${spaces}`, 1));
  expect(pushed.status).toBe(200);
  return name;
}

async function invite(name: string, more: object = {}) {
  const path = `/${name}/invitations`;
  const { body } = await ask(two.nodes[0], "ana", "POST", path, { role: "writer", ...more });
  return body as { readonly id: string; readonly code: string };
}
const accept = (user: string, code: string, at = 1) =>
  ask(two.nodes[at] ?? two.nodes[1], user, "POST", "/invitations/accept", { code });
const preview = (user: string, code: string) =>
  ask(two.nodes[1], user, "POST", "/invitations/preview", { code });
const membersOf = async (name: string) => {
  const members = await two.nodes[0].store.members(`todo/${name}`);
  return members.map(({ userId }) => userId).sort();
};

describe("[G10] a code", () => {
  test("that was guessed is answered as one that was used, revoked or taken back with its owner's rights", async () => {
    const name = await makeSpace();
    const { id, code } = await invite(name, { role: "owner", uses: 9 });
    const [used, revoked] = [await invite(name), await invite(name)];
    expect((await accept("bo", used.code)).status).toBe(200);
    await ask(two.nodes[0], "ana", "DELETE", `/${name}/invitations/${revoked.id}`);
    const wrong = await accept("eve", used.code);
    expect(wrong.status).toBe(404);
    const guesses = [
      ...[revoked.code, id, "", "x", "*", "%", "' OR 1=1 --", "__proto__", "\u0000"],
      ...[code.slice(1), code.slice(0, -1), `${code} `, ` ${code}`, `${code}\u0000`],
      ...[code.toUpperCase(), code.split("").reverse().join("")],
      ...Array.from(code, (digit, at) => {
        const other = digit === "0" ? "1" : "0";
        return code.slice(0, at) + other + code.slice(at + 1);
      }),
      ...Array.from({ length: 50 }, () => randomBytes(28).toString("hex")),
    ];
    for (const guess of guesses) {
      const answers = [await accept("eve", guess), await preview("eve", guess)];
      for (const answer of answers)
        if (answer.status !== 400) expect([guess, answer]).toEqual([guess, wrong]);
    }
    expect(await membersOf(name)).toEqual(["ana", "bo"]);
    expect((await preview("carol", code)).status).toBe(200);
  });

  test("for one lets one in, of ten who come at once to both nodes", async () => {
    const name = await makeSpace();
    const { code } = await invite(name);
    const users = Array.from({ length: 10 }, (_, at) => `guest${at}`);
    const answers = await Promise.all(users.map((user, at) => accept(user, code, at % 2)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await membersOf(name)).toHaveLength(2);
  });

  test("lets nobody back in who was removed, and gives nobody more than it says", async () => {
    const name = await makeSpace();
    const { code } = await invite(name, { role: "reader", uses: 1 });
    await accept("bo", code);
    expect((await accept("bo", code)).body).toMatchObject({ role: "reader" });
    await ask(two.nodes[0], "ana", "DELETE", `/${name}/members/bo`);
    expect((await accept("bo", code)).status).toBe(404);
    const more = { role: "owner", code };
    const answer = await ask(two.nodes[1], "bo", "POST", "/invitations/accept", more);
    expect(answer.status).toBe(400);
    expect(await membersOf(name)).toEqual(["ana"]);
  });

  test("for an address is good for nobody else, whatever he has", async () => {
    const name = await makeSpace();
    const { code } = await invite(name, { email: "bo@example.org" });
    for (const user of ["eve", "bo2", "bo@example.org", "b.o"]) {
      expect((await preview(user, code)).status).toBe(403);
      expect((await accept(user, code)).status).toBe(403);
      expect(JSON.stringify(await accept(user, code))).not.toMatch(/Hidden|bo@|team\d/);
    }
    expect(await membersOf(name)).toEqual(["ana"]);
    expect((await accept("bo", code)).status).toBe(200);
  });

  test("of one app is none in another, nor for whom an invitation was not his to give", async () => {
    const name = await makeSpace();
    await ask(two.nodes[0], "ana", "PUT", `/${name}/members/rea`, { role: "reader" });
    const path = `/${name}/invitations`;
    for (const user of ["eve", "rea"])
      expect((await ask(two.nodes[1], user, "POST", path, { role: "reader" })).status).toBe(403);
    await ask(two.nodes[0], "ana", "PUT", `/${name}/members/wim`, { role: "writer" });
    const mine = await ask(two.nodes[1], "wim", "POST", path, { role: "owner" });
    expect(mine.status).toBe(403);
    expect((await ask(two.nodes[1], "wim", "POST", path, { role: "writer" })).status).toBe(200);
  });
});

describe("[G10] other people's", () => {
  /** All that can be asked about a space by who has no part in it. */
  const questions = (name: string, id: string): [method: string, path: string, body?: object][] => [
    ["GET", `/${name}/members`],
    ["PUT", `/${name}/members/eve`, { role: "owner" }],
    ["DELETE", `/${name}/members/ana`],
    ["POST", `/${name}/owner`, { userId: "eve" }],
    ["GET", `/${name}/invitations`],
    ["POST", `/${name}/invitations`, { role: "reader" }],
    ["DELETE", `/${name}/invitations/${id}`],
    ["DELETE", `/${name}/membership`],
    ["GET", `/${name}/changes`],
  ];

  test("spaces, members and invitations are told to nobody who is not in it", async () => {
    const name = await makeSpace();
    const { id, code } = await invite(name, { email: "bo@example.org" });
    for (const [method, path, body] of questions(name, id)) {
      const answer = await ask(two.nodes[1], "eve", method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(JSON.stringify(answer.body)).not.toMatch(/Hidden|ana|bo@/);
    }
    expect(await membersOf(name)).toEqual(["ana"]);
    expect((await preview("bo", code)).status).toBe(200);
  });

  test("lists are nobody's, over HTTP and over a socket, whatever they are asked to begin after", async () => {
    const name = await makeSpace();
    for (const after of ["", name.slice(0, -1), "a", "%00", "../x", "todo/"]) {
      const path = `/spaces?after=${encodeURIComponent(after)}`;
      const answer = await ask(two.nodes[1], "eve", "GET", path);
      if (answer.status !== 400)
        expect([after, answer.body]).toEqual([after, { spaces: [], more: false }]);
    }
    const asking = await openRawSocket(two.nodes[1], "eve");
    asking.say({ type: "spaces", app: "todo", userId: "ana" });
    expect(await asking.next("error")).toMatchObject({ error: { code: "invalid" } });
    await asking[Symbol.asyncDispose]();
    const socket = await openRawSocket(two.nodes[1], "eve");
    socket.say({ type: "spaces", app: "todo" });
    const told = await socket.next("spaces");
    expect(JSON.stringify(told)).not.toMatch(/Hidden|team\d/);
    // What changes in it is told to who is in it, at whichever node.
    await ask(two.nodes[0], "ana", "PUT", `/${name}`, { title: "Hidden still" });
    await ask(two.nodes[0], "ana", "PUT", `/${name}/members/bo`, { role: "reader" });
    await ask(two.nodes[0], "eve", "PUT", "/eves-own", { title: "Eve's" });
    const next = JSON.stringify(await socket.next("spaces"));
    expect(next).toContain("eves-own");
    expect(next).not.toContain("Hidden");
    await socket[Symbol.asyncDispose]();
  });

  test("memberships end at both nodes at once: a removed one's list and socket have it no more", async () => {
    const name = await makeSpace();
    await ask(two.nodes[0], "ana", "PUT", `/${name}/members/dan`, { role: "writer" });
    const socket = await openRawSocket(two.nodes[1], "dan");
    socket.say({ type: "subscribe", space: `todo/${name}`, cursor: null, clientId: "d1" });
    await socket.next("changes");
    await ask(two.nodes[0], "ana", "DELETE", `/${name}/members/dan`);
    expect(await socket.next("error")).toMatchObject({ error: { code: "forbidden" } });
    const { body } = await ask(two.nodes[1], "dan", "GET", "/spaces");
    expect(body).toEqual({ spaces: [], more: false });
    const pushed = await ask(two.nodes[1], "dan", "POST", `/${name}/sync`, syncRequest("d1", 1));
    expect(pushed.status).toBe(403);
    await socket[Symbol.asyncDispose]();
  });
});
