// What passes by itself is waited out; what does not is said at once.

import { SynclineError } from "@syncline/core";
import { describe, expect, it } from "vitest";
import { type ConnectionState, collection } from "./index.ts";
import { createWorld } from "./testing/index.ts";

const COLLECTIONS = { todos: collection<{ title: string }>() };

interface Trouble {
  /** Answers a push: throws, or lets it through. */
  push(mutations: number): void;
}

async function device(trouble: Trouble, seed = "waiting") {
  const world = await createWorld({
    seed,
    clients: 1,
    collections: COLLECTIONS,
    live: false,
    wrapTransport: (transport) => ({
      ...transport,
      sync(space, request, options) {
        trouble.push(request.mutations.length);
        return transport.sync(space, request, options);
      },
    }),
  });
  const [client] = world.clients;
  if (client === undefined) throw new Error("There is one.");
  return { world, device: client };
}

/** What a promise came to, without waiting for it. */
function watch(promise: Promise<unknown>): { state: string } {
  const seen = { state: "waits" };
  promise.then(
    () => {
      seen.state = "done";
    },
    (error: SynclineError) => {
      seen.state = error.code;
    },
  );
  return seen;
}

describe("client.sync()", () => {
  it.each([
    ["unavailable", undefined],
    ["unavailable", 7],
    ["rate_limited", 30],
    ["offline", undefined],
  ] as const)("waits out %s, by what the server says (%s s)", async (code, retryAfter) => {
    let left = 3;
    const asked: number[] = [];
    const { world, device: one } = await device({
      push() {
        asked.push(world?.time.now() ?? 0);
        if (left-- > 0)
          throw new SynclineError(code, undefined, retryAfter === undefined ? {} : { retryAfter });
      },
    });
    const syncing = watch(one.client.sync());
    await world.advance(600_000);
    expect(syncing.state).toBe("done");
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    // The first try was nobody's wish; after the last refusal it polls.
    expect(gaps.slice(1, 3).filter((gap) => gap < (retryAfter ?? 0) * 1_000)).toEqual([]);
  });

  it.each(["forbidden", "payment_required", "schema", "unauthenticated"] as const)(
    "says %s at once, for it does not pass by itself",
    async (code) => {
      const { world, device: one } = await device({
        push() {
          throw new SynclineError(code);
        },
      });
      const syncing = watch(one.client.sync());
      await world.advance(1_000);
      expect(syncing.state).toBe(code);
    },
  );

  it("ends with its signal, and at its time with the last reason", async () => {
    const { world, device: one } = await device({
      push() {
        throw new SynclineError("unavailable");
      },
    });
    const stop = new AbortController();
    const stopped = watch(one.client.sync({ signal: stop.signal }));
    const timed = watch(one.client.sync({ timeoutMs: 5_000 }));
    await world.advance(4_000);
    expect([stopped.state, timed.state]).toEqual(["waits", "waits"]);
    stop.abort();
    await world.advance(2_000);
    expect([stopped.state, timed.state]).toEqual(["aborted", "unavailable"]);
  });

  it("sends what a long time offline has left under a budget, and shows how far it is", async () => {
    // A bucket of 500 that fills with 50 a second, as a server has it.
    let tokens = 500;
    let atMs = 0;
    const { world, device: one } = await device({
      push(mutations) {
        const now = world.time.now();
        tokens = Math.min(500, tokens + ((now - atMs) / 1_000) * 50);
        atMs = now;
        const cost = Math.max(1, mutations);
        if (tokens < cost)
          throw new SynclineError("rate_limited", undefined, {
            retryAfter: Math.ceil((cost - tokens) / 50),
          });
        tokens -= cost;
      },
    });
    await world.advance(2_000);
    world.partition(0);
    const { todos } = one.client.collections;
    await Promise.all(
      Array.from({ length: 2_000 }, (_, i) => todos.insert({ title: `${i}` }).local),
    );
    const shown: NonNullable<ConnectionState["progress"]>[] = [];
    one.client.status.subscribe(() => {
      const { progress } = one.client.status.getSnapshot();
      if (progress !== null && progress !== shown.at(-1)) shown.push(progress);
    });
    await world.heal();
    const syncing = watch(one.client.sync());
    await world.advance(120_000);
    expect(syncing.state).toBe("done");
    expect(one.client.status.getSnapshot()).toMatchObject({ pending: 0, progress: null });
    const sent = shown.filter(({ direction }) => direction === "sending");
    expect(sent.map(({ done, total }) => [done, total])).toEqual([
      [500, 2_000],
      [1_000, 2_000],
      [1_500, 2_000],
    ]);
    expect(sent.at(-1)?.perSecond).toBeGreaterThan(1);
  });
});

describe("the network is gone, says the platform", () => {
  it("is believed at once, and checked: where it was wrong, the device goes on", async () => {
    const { world, device: one } = await device({ push: () => undefined });
    await world.advance(2_000);
    expect(one.client.status.getSnapshot().phase).toBe("polling");
    one.networkGone();
    expect(one.client.status.getSnapshot()).toMatchObject({
      phase: "offline",
      reason: { code: "offline" },
    });
    await world.advance(10_000);
    expect(one.client.status.getSnapshot()).toMatchObject({ phase: "polling", reason: null });
  });

  it("ends what waits for an answer; a sign-out that was to send first stays signed in", async () => {
    const { world, device: one } = await device({ push: () => undefined });
    await world.advance(2_000);
    world.partition(0);
    const write = one.client.collections.todos.insert({ title: "a" });
    await write.local;
    const patient = watch(one.client.sync());
    const leaving = watch(one.client.signOut({ unsynced: "push" }));
    await world.advance(1_000);
    expect(leaving.state).toBe("waits");
    one.networkGone();
    await world.advance(1);
    expect([leaving.state, patient.state]).toEqual(["offline", "waits"]);
    await world.heal();
    await world.converged();
    expect(patient.state).toBe("done");
  });
});

describe("a live connection on which nothing comes back", () => {
  it("is doubted in seconds when something was sent on it, and given up", async () => {
    const world = await createWorld({ seed: "doubt", clients: 1, collections: COLLECTIONS });
    const [one] = world.clients;
    if (one === undefined) return;
    await world.advance(10_000);
    expect(one.client.status.getSnapshot().phase).toBe("live");
    world.partition(0);
    await one.client.collections.todos.insert({ title: "a" }).local;
    await world.advance(8_000);
    expect(one.client.status.getSnapshot()).toMatchObject({ phase: "offline", pending: 1 });
    await world.heal();
    await world.converged();
  });
});
