// What /health says of each state of the parts.

import type { Parts } from "@syncline/server";
import { expect, test } from "vitest";
import { durationText, healthOf } from "./health.ts";

test.each([
  [0, "0s"],
  [0.4, "0s"],
  [512, "512ms"],
  [3_500, "3.5s"],
  [60_000, "1m0s"],
  [123_001, "2m3.001s"],
  [3_600_000, "1h0m0s"],
  [3_723_500, "1h2m3.5s"],
  [360_000_000, "100h0m0s"],
  [-5, "0s"],
])("%d ms are %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

const PARTS: Parts = {
  database: "connected",
  bus: "connected",
  rateLimits: "own",
  consumers: [{ consumer: "streaks", behind: 3, deadLetters: 1 }],
  uptimeMs: 3_723_500,
};

test("all is well", () => {
  expect(healthOf(PARTS)).toEqual({
    status: "ok",
    database: "connected",
    redis: "not used",
    uptime: "1h2m3.5s",
    bus: "connected",
    consumers: [{ name: "streaks", behind: 3, dead_letters: 1 }],
  });
});

test.each([
  [{ database: "unreachable" }, "degraded", { database: "unreachable" }],
  [{ rateLimits: "alone" }, "degraded", { redis: "unreachable" }],
  [{ rateLimits: "shared" }, "ok", { redis: "connected" }],
  // Other nodes' commits are found by looking, too.
  [{ bus: "unreachable" }, "ok", { bus: "unreachable" }],
] as const)("%j is %s", (part, status, said) => {
  expect(healthOf({ ...PARTS, ...part })).toMatchObject({ status, ...said });
});
