// Passkeys that are none, at two nodes on one database: of another page or domain, used before, too late, another person's,
// copied; and what is somebody else's in lists and addresses.

import {
  type CreationOptions,
  createTestAuthenticator,
  type Lies,
  type RequestOptions,
  type TestAuthenticator,
  type TestServer,
} from "@syncline/server/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { PASSWORD } from "./fixture.ts";
import { startTwoNodes, type TwoNodes } from "./two-nodes.ts";

const ORIGIN = "https://app.example.com";

let two: TwoNodes;
beforeAll(async () => {
  two = await startTwoNodes({
    // Each test is somebody else's, at another address.
    trustProxy: ["loopback"],
    accounts: { passkeys: { origins: [ORIGIN] } },
  });
});
afterAll(() => two[Symbol.asyncDispose]());
afterEach(() => void vi.useRealTimers());

let people = 0;
interface Person {
  readonly email: string;
  readonly token: string;
  readonly userId: string;
  readonly address: string;
  readonly device: TestAuthenticator;
}

async function ask(
  node: TestServer,
  who: Partial<Person>,
  method: string,
  path: string,
  body?: object,
) {
  const answer = await fetch(`${node.url}/accounts/${path}`, {
    method,
    headers: {
      "x-forwarded-for": who.address ?? `203.0.113.${people}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(who.token === undefined ? {} : { authorization: `Bearer ${who.token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const value = (text === "" ? {} : JSON.parse(text)) as { readonly [name: string]: unknown };
  return { status: answer.status, body: value };
}

async function person(name: string): Promise<Person> {
  people += 1;
  const [email, address] = [`${name}${people}@example.org`, `198.51.100.${people}`];
  const [node] = two.nodes;
  await ask(node, { address }, "POST", "register", { email, password: PASSWORD });
  const { body } = await ask(node, { address }, "POST", "login", { email, password: PASSWORD });
  const { userId } = body["account"] as { readonly userId: string };
  const device = createTestAuthenticator({ origin: ORIGIN });
  return { email, address, userId, token: String(body["token"]), device };
}

const optionsOf = ({ body }: Awaited<ReturnType<typeof ask>>) => body["options"];
async function startAdding(who: Person, node: TestServer): Promise<CreationOptions> {
  const begun = await ask(node, who, "POST", "passkeys/start", { password: PASSWORD });
  return optionsOf(begun) as CreationOptions; // as the server made them
}
async function startSignIn(node: TestServer, who: Partial<Person> = {}): Promise<RequestOptions> {
  const { address } = who;
  const from = address === undefined ? {} : { address };
  return optionsOf(await ask(node, from, "POST", "passkeys/sign-in/start")) as RequestOptions;
}

/** Begins at one node and ends at the other. */
async function add(who: Person, lies: Lies = {}) {
  const [one, other] = two.nodes;
  const credential = who.device.create(await startAdding(who, one), lies);
  return await ask(other, who, "POST", "passkeys", { credential });
}
async function signIn(who: Person, lies: Lies = {}) {
  const [one, other] = two.nodes;
  const credential = who.device.get(await startSignIn(other, who), lies);
  return await ask(one, { address: who.address }, "POST", "passkeys/sign-in", { credential });
}

const ADDED = { status: 400, body: { error: { code: "invalid", path: "credential" } } };
const SIGNED = {
  status: 401,
  body: { error: { code: "unauthenticated", message: "This passkey was not accepted." } },
};

describe("[G10] refused is a passkey", () => {
  test.each<[what: string, lies: Lies]>([
    ["of another origin", { origin: "https://evil.example" }],
    ["of an origin that begins like ours", { origin: `${ORIGIN}.evil.example` }],
    ["of ours without https", { origin: "http://app.example.com" }],
    ["of no origin", { origin: "" }],
    ["of another domain", { rpId: "evil.example" }],
    ["of the domain above ours", { rpId: "example.com" }],
    ["of somebody whom the device does not know", { userVerified: false }],
    ["with a challenge of the caller's own", { challenge: "A".repeat(43) }],
    ["of another ceremony", { type: "webauthn.nothing" }],
  ])("%s", async (_what, lies) => {
    const ana = await person("ana");
    expect(await add(ana, lies)).toMatchObject(ADDED);
    expect(await two.nodes[0].store.accounts.passkeys(ana.userId)).toEqual([]);
    expect((await add(ana)).status).toBe(201);
    expect(await signIn(ana, lies)).toMatchObject(SIGNED);
    expect((await signIn(ana)).status).toBe(200);
  });

  test("with a wrong signature, as one that nobody has is: the words are the same", async () => {
    const ana = await person("ana");
    await add(ana);
    const wrong = await signIn(ana, { otherKey: true });
    expect(wrong).toMatchObject(SIGNED);
    expect(await signIn(ana, { id: "A".repeat(43) })).toEqual(wrong);
  });

  test("whose count goes back, or stands still: it was copied", async () => {
    const ana = await person("ana");
    await add(ana);
    expect((await signIn(ana, { counter: 50 })).status).toBe(200);
    for (const counter of [50, 49, 1, 0])
      expect(await signIn(ana, { counter })).toMatchObject(SIGNED);
    expect((await signIn(ana, { counter: 51 })).status).toBe(200);
  });

  test("too late", async () => {
    const ana = await person("ana");
    await add(ana);
    const [node, other] = two.nodes;
    const [adding, options] = [await startAdding(ana, node), await startSignIn(node, ana)];
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * 60_000 + 1_000 });
    const signed = { credential: ana.device.get(options) };
    expect(await ask(other, {}, "POST", "passkeys/sign-in", signed)).toMatchObject(SIGNED);
    const made = { credential: ana.device.create(adding) };
    expect(await ask(other, ana, "POST", "passkeys", made)).toMatchObject(ADDED);
  });
});

test("[G10] what was signed once signs in once, of ten at once at both nodes, and never again", async () => {
  const ana = await person("ana");
  await add(ana);
  const credential = ana.device.get(await startSignIn(two.nodes[0], ana));
  const sent = (at: number) =>
    ask(
      two.nodes[at % 2] ?? two.nodes[0],
      { address: `192.0.2.${at}` },
      "POST",
      "passkeys/sign-in",
      {
        credential,
      },
    );
  const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => sent(at)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const at of [20, 21]) expect(await sent(at)).toMatchObject(SIGNED);
  const adding = await startAdding(ana, two.nodes[0]);
  const made = { credential: ana.device.create(adding) };
  const added = await Promise.all(
    two.nodes.map((node) => ask(node, ana, "POST", "passkeys", made)),
  );
  expect(added.map(({ status }) => status).sort()).toEqual([201, 400]);
});

describe("[G10] somebody else's", () => {
  test("passkey signs nobody in: not by its id, not by its owner's handle, not by both", async () => {
    const [ana, eve] = [await person("ana"), await person("eve")];
    for (const who of [ana, eve]) expect((await add(who)).status).toBe(201);
    const hers = ana.device.get(await startSignIn(two.nodes[0], ana));
    const { userHandle = "" } = hers.response;
    for (const lies of [{ id: hers.id }, { userHandle }, { id: hers.id, userHandle }])
      expect(await signIn(eve, lies)).toMatchObject(SIGNED);
    expect((await signIn(eve)).body).toMatchObject({ account: { userId: eve.userId } });
  });

  test("beginning is ended by nobody else, and a passkey is not taken over by its id", async () => {
    const [ana, eve] = [await person("ana"), await person("eve")];
    const begun = await startAdding(ana, two.nodes[0]);
    const stolen = { credential: eve.device.create(begun) };
    expect(await ask(two.nodes[1], eve, "POST", "passkeys", stolen)).toMatchObject(ADDED);
    // Who began has to begin again.
    const late = { credential: ana.device.create(begun) };
    expect(await ask(two.nodes[1], ana, "POST", "passkeys", late)).toMatchObject(ADDED);
    await add(ana);
    const { id } = ana.device.get(await startSignIn(two.nodes[0], ana));
    expect((await add(eve, { id })).status).toBe(409);
    expect((await signIn(ana)).body).toMatchObject({ account: { userId: ana.userId } });
    expect(await two.nodes[0].store.accounts.passkeys(eve.userId)).toEqual([]);
  });

  test("list is not seen, and its passkeys are not renamed or removed, as those that nobody has are not", async () => {
    const [ana, eve] = [await person("ana"), await person("eve")];
    const { body } = await add(ana);
    expect((await ask(two.nodes[0], eve, "GET", "passkeys")).body).toEqual({ passkeys: [] });
    for (const [method, more] of [
      ["PUT", { name: "mine" }],
      ["DELETE", undefined],
    ] as const) {
      const path = `passkeys/${String(body["id"])}`;
      const answer = await ask(two.nodes[1], eve, method, path, more);
      expect(answer.status).toBe(404);
      expect(answer).toEqual(await ask(two.nodes[1], eve, method, "passkeys/nothing", more));
    }
    const { body: list } = await ask(two.nodes[0], ana, "GET", "passkeys");
    expect(list).toEqual({ passkeys: [body] });
  });

  test("session is kept in no cookie for a page of another site", async () => {
    const ana = await person("ana");
    await add(ana);
    const [node] = two.nodes;
    const credential = ana.device.get(await startSignIn(node, ana));
    const answer = await fetch(`${node.url}/accounts/passkeys/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://evil.example" },
      body: JSON.stringify({ credential, keep: "cookie" }),
    });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([403, null]);
  });
});
