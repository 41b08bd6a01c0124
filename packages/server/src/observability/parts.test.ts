// How the parts of a server are: the database in time, asked once for many, and consumers that run here.

import { expect, test } from "vitest";
import { createMemoryBus } from "../bus/memory.ts";
import { createMemoryLimiter } from "../rate/memory.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createParts } from "./parts.ts";

function setUp(consumers: readonly string[] = []) {
  const store = createMemoryStore();
  let nowMs = 1_000;
  let asked = 0;
  let answer: () => ReturnType<typeof store.spaces> = () => store.spaces({ after: "", limit: 1 });
  const parts = createParts({
    store: {
      consumers: store.consumers,
      spaces() {
        asked += 1;
        return answer();
      },
    },
    bus: createMemoryBus(),
    limiter: createMemoryLimiter(),
    consumers,
    now: () => nowMs,
    patienceMs: 20,
  });
  return {
    parts,
    store,
    asked: () => asked,
    wait(ms: number) {
      nowMs += ms;
    },
    answerWith(other: typeof answer) {
      answer = other;
    },
  };
}

test("all is there", async () => {
  const { parts, wait } = setUp();
  wait(500);
  expect(await parts()).toEqual({
    database: "connected",
    bus: "connected",
    rateLimits: "own",
    consumers: [],
    uptimeMs: 500,
  });
});

test("a database that fails or hangs is unreachable, and why is not said", async () => {
  const { parts, wait, answerWith } = setUp();
  answerWith(() => Promise.reject(new Error("password secret")));
  const away = await parts();
  expect(away.database).toBe("unreachable");
  expect(JSON.stringify(away)).not.toContain("secret");
  answerWith(() => new Promise(() => undefined));
  wait(1_001);
  expect((await parts()).database).toBe("unreachable");
});

test("many who ask at once, or again within a second, are one question; later it is asked anew", async () => {
  const { parts, asked, wait, answerWith, store } = setUp();
  await Promise.all(Array.from({ length: 100 }, parts));
  wait(999);
  await parts();
  expect(asked()).toBe(1);
  answerWith(() => Promise.reject(new Error("away")));
  wait(2);
  expect((await parts()).database).toBe("unreachable");
  answerWith(() => store.spaces({ after: "", limit: 1 }));
  wait(1_001);
  expect((await parts()).database).toBe("connected");
  expect(asked()).toBe(3);
});

test("only the consumers of this server are named", async () => {
  const { parts, store } = setUp(["streaks"]);
  await store.consumers.register("streaks", 0);
  await store.consumers.register("mails", 0);
  const { consumers } = await parts();
  expect(consumers.every(({ consumer }) => consumer === "streaks")).toBe(true);
});

test("counting that takes long is not waited for, and rests a hundred times as long", async () => {
  const { parts, store, wait } = setUp(["streaks"]);
  await store.consumers.register("streaks", 0);
  let counts = 0;
  let finish = () => {};
  Object.assign(store.consumers, {
    progress() {
      counts += 1;
      const behind = counts;
      return new Promise((resolve) => {
        finish = () => resolve([{ consumer: "streaks", behind, deadLetters: 0 }]);
      });
    },
  });
  expect(await parts()).toMatchObject({ database: "connected", consumers: [] });
  wait(5_000);
  finish();
  await expect.poll(async () => (await parts()).consumers).toMatchObject([{ behind: 1 }]);
  wait(400_000);
  await parts();
  expect(counts).toBe(1);
  wait(101_000);
  await parts();
  expect(counts).toBe(2);
});
