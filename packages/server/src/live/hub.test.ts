// The hub: a follower that is held while a commit is sent has it when it is let go, without waiting for another one.

import { expect, test, vi } from "vitest";
import { createRawClient } from "../testing/raw-client.ts";
import { createTestEngine } from "../testing/test-engine.ts";
import { createHub, type Sink } from "./hub.ts";

interface Received {
  readonly after: string | null;
  readonly cursor: string;
  readonly changes: readonly { readonly id: string }[];
}

/** A space with one who writes, one who follows, and one who follows beside and tells when a commit has been sent. */
async function followed() {
  const made = createTestEngine();
  const hub = createHub({
    engine: made.engine,
    now: made.now,
    setTimer: () => () => undefined,
    failed: (what, thrown) => expect.unreachable(`${what}: ${thrown}`),
  });
  const writer = createRawClient(made, { userId: "alice", clientId: "w" });
  await writer.push(writer.change("put", "todos", "first", { n: 0 }));
  const follow = async (clientId: string) => {
    const frames: Received[] = [];
    const sink: Sink = {
      principal: writer.principal,
      send: ({ json }) => frames.push(JSON.parse(json) as Received) > 0, // the hub's own text
      behind: () => expect.unreachable("it fell behind"),
      end: (error) => expect.unreachable(`it ended: ${error.message}`),
    };
    const { address } = writer;
    const following = await hub.follow({ name: "todo/~", address, cursor: null, clientId }, sink);
    if (following === undefined) throw new Error("it is not a page behind");
    frames.splice(0); // what was there before
    return { frames, following };
  };
  const [held, beside] = [await follow("h"), await follow("b")];
  let commits = 0;
  return {
    ...held,
    writer,
    async commit(id: string) {
      commits += 1;
      await writer.push(writer.change("put", "todos", id, { n: 1 }));
      await vi.waitUntil(() => beside.frames.length === commits, { timeout: 30_000 });
    },
  };
}

const idsOf = (frames: readonly Received[]) =>
  frames.flatMap(({ changes }) => changes.map(({ id }) => id));

test("[G2] what was committed while it was held is sent when it is let go", async () => {
  const { frames, following, commit } = await followed();
  following.hold();
  await commit("a");
  await commit("b");
  expect(frames).toEqual([]);
  await following.release(null);
  expect(idsOf(frames)).toEqual(["a", "b"]);
  await commit("c");
  expect(idsOf(frames)).toEqual(["a", "b", "c"]);
  expect(frames.slice(1).map(({ after }) => after)).toEqual(
    frames.slice(0, -1).map(({ cursor }) => cursor),
  );
});

test("[G2] what the answer of its push held is not sent again, and what came after it is", async () => {
  const { frames, following, writer, commit } = await followed();
  following.hold();
  await commit("answered");
  await writer.catchUp();
  const { cursor } = writer;
  await commit("later");
  await following.release(cursor);
  expect(idsOf(frames)).toEqual(["later"]);
  expect(frames[0]?.after).toBe(cursor);
});
