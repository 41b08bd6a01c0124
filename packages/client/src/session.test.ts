// Whose data a device holds.

import { startTestServer } from "@syncline/server/testing";
import { describe, expect, it } from "vitest";
import { collection } from "./collections/definition.ts";
import { createDevtools } from "./devtools/index.ts";
import { openClient } from "./open-client.ts";
import { openSession } from "./session.ts";
import { openMemoryStore } from "./store/memory.ts";
import type { LocalStore } from "./store/port.ts";
import { createWorld } from "./testing/index.ts";
import { createLiveTransport } from "./transport/live.ts";
import type { Transport } from "./transport/port.ts";

const tokenOf = (sub: string) =>
  `head.${Buffer.from(JSON.stringify({ sub })).toString("base64url")}.signature`;
const FORBIDDEN = expect.objectContaining({ code: "forbidden" });
const SIGNAL = { signal: new AbortController().signal };
const REQUEST = { cursor: null, clientId: "c" };

/** A transport that answers: the one of a world's device. */
async function answering(): Promise<{ transport: Transport; advance(ms: number): Promise<void> }> {
  const transports: Transport[] = [];
  const world = await createWorld({
    seed: "session",
    clients: 1,
    collections: {},
    wrapTransport(transport) {
      transports.push(transport);
      return transport;
    },
  });
  const [transport] = transports;
  if (transport === undefined) throw new Error("a device has a transport");
  return { transport, advance: world.advance };
}

describe("a session", () => {
  it("refuses another user's token once the server has answered the first user", async () => {
    const store = await openMemoryStore();
    await store.initialise({ clientId: "c", clock: { ms: 0, counter: 0 }, userId: null });
    const session = await openSession(store, undefined);
    const { transport, advance } = await answering();
    session.check(tokenOf("alice"));
    // Nobody was answered yet: the first token may have been one that the server does not take.
    session.check(tokenOf("bob"));
    session.check(tokenOf("alice"));
    const pulling = session.over(transport).pull("~", { ...REQUEST, limit: 1 }, SIGNAL);
    await advance(1_000);
    await pulling;
    expect(() => session.check(tokenOf("bob"))).toThrowError(FORBIDDEN);
    session.check(tokenOf("alice"));
    const later = await openSession(store, undefined);
    expect(() => later.check(tokenOf("bob"))).toThrowError(FORBIDDEN);
    later.check("an opaque token, whose only the server knows");
    await expect(openSession(store, "bob")).rejects.toEqual(FORBIDDEN);
  });

  it.each([
    { stated: undefined, held: "alice" },
    { stated: "alice", held: null },
    { stated: "alice", held: "alice" },
  ])("refuses a token of another user, whatever the app stated: %j", async ({ stated, held }) => {
    const store = await openMemoryStore();
    await store.initialise({ clientId: "c", clock: { ms: 0, counter: 0 }, userId: held });
    const session = await openSession(store, stated);
    expect(() => session.check(tokenOf("bob"))).toThrowError(FORBIDDEN);
    session.check(tokenOf("alice"));
    // A stated user counts where the token does not say whose it is.
    session.check("an opaque token");
  });

  type Token = () => Promise<string>;
  type Reach = (
    url: string,
    token: Token,
  ) => { readonly url: string; readonly token: Token } | { readonly transport: Transport };
  const overTransport =
    (change: (transport: Transport) => Transport): Reach =>
    (url, token) => ({ transport: change(createLiveTransport({ url, app: "todo", token })) });
  const REACHES: readonly { readonly reach: string; readonly options: Reach }[] = [
    { reach: "an address", options: (url, token) => ({ url, token }) },
    { reach: "a transport", options: overTransport((transport) => transport) },
    { reach: "devtools", options: overTransport((one) => createDevtools().transport(one)) },
  ];
  const STATED = [
    { first: { userId: "alice" }, second: {} },
    { first: { userId: "alice" }, second: { userId: "alice" } },
    { first: {}, second: { userId: "alice" } },
    { first: {}, second: {} },
  ];

  /** What reaches bob's account of what alice wrote, and what whoever tried was told. */
  async function mixUp(reach: Reach, { first, second }: (typeof STATED)[number]) {
    await using server = await startTestServer();
    const store = await openMemoryStore("shared");
    const open = (user: string, stated: { userId?: string }, held: LocalStore) =>
      openClient({
        app: "todo",
        store: held,
        collections: { todos: collection<{ title: string }>() },
        autoSync: false,
        ...stated,
        ...reach(server.url, () => server.token(user)),
      });
    const alice = await open("alice", first, store);
    await alice.sync();
    await alice.collections.todos.insert({ title: "alice's" }).local;
    await alice.close();
    const other = await open("bob", second, store.tab());
    const error: unknown = await other.sync().catch((thrown: unknown) => thrown);
    const { pending, rejected } = other.status.getSnapshot();
    await other.close();
    const { changes } = (await (await server.call("bob", "/v1/todo/~/changes")).json()) as {
      changes: unknown[];
    };
    return { error, pending, rejected, leaked: changes.length };
  }

  it.each(
    REACHES.flatMap(({ reach, options }) =>
      STATED.map((stated) => ({ reach, options, stated, text: JSON.stringify(stated) })),
    ),
  )(
    "keeps one user's pending writes out of another's account: over $reach, $text",
    async ({ options, stated }) => {
      expect(await mixUp(options, stated)).toMatchObject({
        error: { code: "forbidden", path: "token" },
        pending: 1,
        rejected: 0,
        leaked: 0,
      });
    },
  );

  it("a planted bug is caught: a stated user passes", async () => {
    const trusting = overTransport(({ checkTokens, ...transport }) => ({
      ...transport,
      checkTokens: (isRight) =>
        checkTokens?.((token) => {
          try {
            isRight(token);
          } catch {
            // Whoever is stated is believed.
          }
        }),
    }));
    expect(
      await mixUp(trusting, { first: { userId: "alice" }, second: { userId: "alice" } }),
    ).toEqual({ error: undefined, pending: 0, rejected: 0, leaked: 1 });
  });
});
