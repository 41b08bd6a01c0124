// Whose data a device holds.

import { describe, expect, it } from "vitest";
import { openSession } from "./session.ts";
import { openMemoryStore } from "./store/memory.ts";
import { createWorld } from "./testing/index.ts";
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

  it("takes the app's word for who it is over the token's", async () => {
    const store = await openMemoryStore();
    await store.initialise({ clientId: "c", clock: { ms: 0, counter: 0 }, userId: "alice" });
    const session = await openSession(store, "alice");
    session.check(tokenOf("an id that the identity provider gives"));
  });
});
