// Every example runs, and prints what it says: one for each transport and each store.

import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  startTestNats,
  startTestPostgres,
  type TestPostgres,
  type TestProcess,
} from "@syncline/server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bareEnvironment } from "../../tests/bare-environment.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL("./", import.meta.url));
/** What each prints. */
const EXAMPLES: { readonly [name: string]: readonly string[] } = {
  "quickstart.ts": [
    '1 OrderPlaced {"total":1999}',
    '2 OrderPaid {"by":"card"}',
    "pushed 2, 0 errors",
  ],
  "client-server.ts": ["anna has anna and ben", "ben has anna and ben"],
  "conflicts.ts": [
    "tea: merge (merged field by field)",
    "cup: manual_review (manual review required, prices differ)",
    'tea is {"origin":"Uji","stock":7,"title":"Green tea"}',
    'in the shop, the cup is {"price":10}',
    "0 left to review",
  ],
  "rules.ts": [
    "anna: manual_review by prices.differ (manual review required, prices differ)",
    "1 to review",
  ],
  "live.ts": ["arrived: hello"],
  "websocket.ts": ["kitchen: connected true", "kitchen: order-7"],
  "grpc.ts": ["s3: pushed 1 []", "another: pushed 0 [ 'forbidden' ]"],
  "nats.ts": ["pushed 1, 0 errors", "the office has 1"],
  "jetstream.ts": ["nobody is there: pushed 1, 0 errors", "the office has e1"],
  "postgres.ts": ["heard: 1 Sold", "1 event, at most 10 connections"],
  "level.ts": ["1 run-1", "1 run-1", "2 run-2"],
  "indexeddb.ts": ["the other tab: duplicate", "both have 1"],
};

let nats: TestProcess;
let postgres: TestPostgres;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-kit-examples-"));
  nats = await startTestNats({ jetStream: true });
  postgres = await startTestPostgres({ durable: false });
});
afterAll(async () => {
  await postgres.stop();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

test("none is left out", async () => {
  const files = (await readdir(here)).filter((name) => name.endsWith(".ts"));
  // The store has a test of its own, and the copy of a peer is run by the test of its guide.
  const others = ["custom-store.test.ts", "custom-store.ts", "examples.test.ts", "move.ts"];
  expect(files.sort()).toEqual([...Object.keys(EXAMPLES), ...others].sort());
});

test.each(Object.entries(EXAMPLES))("%s", async (name, lines) => {
  // Node has no IndexedDB of its own.
  const browser = name === "indexeddb.ts" ? ["--import=fake-indexeddb/auto"] : [];
  const { stdout } = await run(
    process.execPath,
    ["--conditions=syncline-source", ...browser, join(here, name)],
    {
      cwd: here,
      env: bareEnvironment({
        NATS_URL: nats.url,
        DATABASE_URL: await postgres.database(),
        LEVEL_PATH: join(folder, "events"),
      }),
      timeout: 600_000,
    },
  );
  expect(stdout.trim().split("\n")).toEqual(lines);
});
