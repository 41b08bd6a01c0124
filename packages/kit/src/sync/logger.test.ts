// Lines of a log: levels, both formats, and nothing that breaks a line or tells too much.

import { SynclineError } from "@syncline/core";
import { expect, it } from "vitest";
import { createMemoryStore } from "../stores/memory.ts";
import { makeEvent } from "../testing/events.ts";
import { createFaultyTransport } from "../testing/faulty-transport.ts";
import { overHttp } from "../testing/over-http.ts";
import { createLogger, type LoggerOptions } from "./logger.ts";
import { createSyncManager } from "./sync-manager.ts";

function logged(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const now = () => Date.parse("2026-02-03T04:05:06.007Z");
  const logger = createLogger({ now, write: (line) => void lines.push(line), ...options });
  return { lines, logger };
}

it("leaves out what is below its level", () => {
  for (const [level, count] of [
    ["debug", 4],
    ["info", 3],
    ["warn", 2],
    ["error", 1],
  ] as const) {
    const { lines, logger } = logged({ level });
    for (const one of ["debug", "info", "warn", "error"] as const) logger[one](one);
    expect(lines).toHaveLength(count);
  }
});

it("writes one line of text or of JSON each", () => {
  const details = { pushed: 3, peer: "a b", list: ["x"], big: 5n, none: undefined };
  const text = logged();
  text.logger.info("synced\nwell", details);
  expect(text.lines).toEqual([
    'time=2026-02-03T04:05:06.007Z level=INFO msg="synced\\nwell" pushed=3 peer="a b" list="[\\"x\\"]" big=5',
  ]);
  const json = logged({ format: "json" });
  json.logger.warn("synced\nwell", details);
  expect(json.lines.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ time: "2026-02-03T04:05:06.007Z", level: "WARN", msg: "synced\nwell" },
      ...{ pushed: 3, peer: "a b", list: ["x"], big: "5" },
    },
  ]);
});

it("says of an error its code and its message, and nothing that it keeps for itself", () => {
  const { lines, logger } = logged({ format: "json" });
  const error = new SynclineError("offline", "gone", { details: "a secret", cause: "a secret" });
  logger.error("push failed", error);
  logger.error("push failed", { error });
  expect(lines.join()).not.toContain("secret");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { code: "offline", error: "gone" },
    { error: { code: "offline", error: "gone" } },
  ]);
});

it("refuses a level and a format that are none", () => {
  // As environment variables bring them.
  const level = String("loud") as "info";
  const format = String("xml") as "text";
  expect(() => createLogger({ level })).toThrow("debug, info, warn, error");
  expect(() => createLogger({ format })).toThrow("text or json");
});

it("hears of a sync what it did, and what kept it from it", async () => {
  const [store, remote] = [createMemoryStore(), createMemoryStore()];
  await store.store(makeEvent("a"));
  const { lines, logger } = logged({ level: "debug", format: "json" });
  const lost = createFaultyTransport(overHttp(remote), { random: () => 0, rate: 1 });
  const manager = createSyncManager({ store, transport: lost, logger, retry: { attempts: 1 } });
  await manager.sync();
  lost.heal();
  await manager.sync();
  const seen = lines.map((line): { level: string; msg: string } => JSON.parse(line));
  expect(seen).toMatchObject([
    { level: "WARN", msg: "pull failed", code: "offline" },
    { level: "WARN", msg: "push failed", code: "offline" },
    { level: "INFO", msg: "synced", pushed: 0, pulled: 0, errors: 2 },
    { level: "INFO", msg: "synced", pushed: 1, pulled: 0, errors: 0 },
  ]);
});
