// GET /health: what monitors of the original read, with every part there and with one away.

import { defineConsumer } from "@syncline/server";
import { startTestRedis } from "@syncline/server/testing";
import { expect, test } from "vitest";
import { onEveryStore } from "./fixture.ts";

onEveryStore(({ kanso, start }) => {
  test("says how the database is, to everybody, and nothing more than that", async () => {
    const answer = await kanso().call("GET", "/health");
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        status: "ok",
        database: "connected",
        redis: "not used",
        uptime: expect.stringMatching(/^(\d+ms|(\d+h)?(\d+m)?[\d.]+s)$/),
        bus: "connected",
        consumers: [],
      },
    ]);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const head = await kanso().call("HEAD", "/health");
    expect([head.status, head.text]).toEqual([200, ""]);
  });

  test("with the database away it is degraded and a 503, and whole again when it is back", async () => {
    let isAway = true;
    const { call } = await start({}, ({ spaces }) => ({
      spaces: async (page) => {
        if (isAway) throw new Error("postgres://kanso:secret@db/kanso is away");
        return await spaces(page);
      },
    }));
    const away = await call("GET", "/health");
    expect([away.status, away.body]).toMatchObject([
      503,
      { status: "degraded", database: "unreachable" },
    ]);
    expect(away.text).not.toContain("secret");
    isAway = false;
    await expect.poll(async () => (await call("GET", "/health")).status).toBe(200);
  });

  test("with its Redis away it is degraded, and still answers everything", async () => {
    const redis = await startTestRedis();
    const { server, call, person } = await start({
      rateLimits: { address: { perSecond: 1_000, burst: 1_000 } },
      rateLimitsUrl: redis.url,
    });
    try {
      expect((await call("GET", "/health")).body).toMatchObject({
        status: "ok",
        redis: "connected",
      });
      await redis.kill();
      await expect
        .poll(async () => (await call("GET", "/health")).body)
        .toMatchObject({ status: "degraded", redis: "unreachable" });
      expect((await call("GET", "/health")).status).toBe(503);
      const ada = await person();
      expect((await ada.call("POST", "/habits", { title: "Cello" })).status).toBe(201);
      await redis.start();
      await expect
        .poll(async () => (await call("GET", "/health")).body)
        .toMatchObject({ status: "ok", redis: "connected" });
    } finally {
      await server.close();
      await redis.stop();
    }
  });

  test("background work that is behind, and what it could not do, are counted", async () => {
    let fails = true;
    const streaks = defineConsumer({
      name: "streaks",
      apps: ["kanso"],
      startAt: "now",
      attempts: 1,
      async handle() {
        if (fails) throw new Error("not yet");
      },
    });
    const { server, call, person } = await start({ consumers: [streaks] });
    try {
      const ada = await person();
      await ada.call("POST", "/habits", { title: "Cello" });
      await expect
        .poll(async () => (await call("GET", "/health")).body.consumers)
        .toEqual([{ name: "streaks", behind: 0, dead_letters: 1 }]);
      fails = false;
      expect((await call("GET", "/health")).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
