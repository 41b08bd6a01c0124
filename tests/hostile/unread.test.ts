// Whoever does not read: what waits for him is bounded, on every socket and stream, and he is closed in the end.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Everything,
  headOf,
  openDeaf,
  openPlain,
  type SignedIn,
  startEverything,
  syncRequest,
} from "./fixture.ts";

const MIB = 1024 * 1024;

let server: Everything;
let ana: SignedIn;
beforeEach(async () => {
  server = await startEverything();
  ana = await server.person("ana");
  for (let id = 1; id <= 4; id++) {
    const body = syncRequest("c1", id, { text: "x".repeat(200_000) });
    expect((await server.post("/v1/todo/team/sync", body, ana.headers)).status).toBe(200);
  }
});
afterEach(() => server.close());

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void; // it is there by that flag

/** What this process holds, the server in it, once what nobody holds is gone. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Says it all, as long as the other side takes it; gives how much more memory is held at the most. */
async function grown(say: () => boolean, times: number, gone: () => boolean): Promise<number> {
  const before = held();
  let most = 0;
  let isTaken = true;
  for (let time = 0; time < times && isTaken && !gone(); time++) {
    // What is not taken any more waits in this process, too: the rest need not be said.
    isTaken = say();
    if (time % 4 === 0) await turn();
    if (time % 40 === 0) most = Math.max(most, held() - before);
  }
  for (let time = 0; time < 100 && !gone(); time++) {
    await turn();
    if (time % 10 === 0) most = Math.max(most, held() - before);
  }
  return most;
}

describe("[G11] a socket that never reads", () => {
  test.each([
    [
      "follows a space again and again",
      [
        { type: "subscribe", space: "todo/team", cursor: null },
        { type: "unsubscribe", space: "todo/team" },
      ],
    ],
    [
      "pushes nothing and reads from the beginning",
      [
        {
          type: "push",
          ref: 1,
          space: "todo/team",
          clientId: "c9",
          now: "2026-11-20T10:05:00.000Z-0000-c9",
          cursor: null,
          mutations: [],
        },
      ],
    ],
  ])("%s, and holds little", async (_what, messages) => {
    const { socket, say } = await openDeaf(server, "/v1/live");
    say({ type: "auth", token: ana.token });
    await turn();
    const more = await grown(
      () => messages.map((message) => say(message)).every(Boolean),
      400,
      () => socket.destroyed,
    );
    expect(more).toBeLessThan(48 * MIB);
    socket.destroy();
  });

  test.each(["/v1/live", "/ws", "/ws/todo"])(
    "%s: says what asks for an answer, and holds little",
    async (path) => {
      const { socket, say } = await openDeaf(server, path);
      say({ type: "auth", token: ana.token });
      const message = { type: "ping" };
      const many = () => {
        let isTaken = true;
        for (let time = 0; time < 500 && isTaken; time++) isTaken = say(message);
        return isTaken;
      };
      expect(await grown(many, 200, () => socket.destroyed)).toBeLessThan(48 * MIB);
      socket.destroy();
    },
  );
});

describe("[G11] a stream that is never read", () => {
  test.each([
    ["/v1/todo/team/live", {}],
    ["/v1/todo/team/changes", { accept: "application/x-ndjson" }],
    ["/sync/todo/stream?collections=todos", {}],
    ["/kit/shop/sse", {}],
  ])("%s holds little while others write", async (path, more) => {
    const socket = await openPlain(server);
    socket.write(headOf("GET", path, { ...ana.headers, ...more }));
    socket.pause();
    let id = 10;
    const before = held();
    let most = 0;
    for (let time = 0; time < 60; time++) {
      const text = "x".repeat(200_000);
      const isKit = path.startsWith("/kit");
      const event = { id: `e${id}`, type: "T", aggregate_id: "a", data: text, metadata: null };
      const space = path.startsWith("/sync") ? "~" : "team";
      // One record over and over, so that the store grows little.
      if (isKit) await server.post("/kit/shop/push", [{ event, version: "" }], ana.headers);
      else
        await server.post(
          `/v1/todo/${space}/sync`,
          syncRequest("c2", id - 9, { text, id }, "same"),
          ana.headers,
        );
      id += 1;
      if (time % 10 === 9) most = Math.max(most, held() - before);
    }
    // The kit's log keeps 12 MB of them, as it must.
    expect(most).toBeLessThan(64 * MIB);
    socket.destroy();
  });
});
