// The kit's own example is twelve lines; run by two processes against one peer, all three come to the same events.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMemoryStore, type EventStore } from "@syncline/kit";
import { createSyncHandler, toNodeListener } from "@syncline/kit/http";
import { openSqliteStore } from "@syncline/kit/sqlite";
import { expect, test } from "vitest";
import { readBlocks } from "./blocks.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL("./", import.meta.url));

async function idsOf(store: EventStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of store.load(null)) ids.push(event.id);
  return ids.sort();
}

test("the kit's example has at most 12 lines, and two processes that run it converge", async () => {
  const block = readBlocks().find(({ place }) => place.startsWith("packages/kit/README.md:"));
  const code = block?.code ?? "";
  expect(code.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(12);
  const shared = createMemoryStore();
  const server = createServer(toNodeListener(createSyncHandler({ store: shared })));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  // Inside of the repository, so that the packages are found.
  const folder = await mkdtemp(`${here}.run-`);
  try {
    await writeFile(join(folder, "example.ts"), code);
    const start = async (nodeId: string) =>
      await run(process.execPath, ["--conditions=syncline-source", join(folder, "example.ts")], {
        env: {
          ...process.env,
          NODE_ID: nodeId,
          KIT_DB: join(folder, `${nodeId}.db`),
          KIT_URL: `http://127.0.0.1:${port}/sync`,
        },
        timeout: 300_000,
      });
    await Promise.all([start("till-1"), start("till-2")]);
    // Whoever was first runs once more, and learns of the other.
    await start("till-1");
    await start("till-2");
    const expected = ["order-of-till-1", "order-of-till-2"];
    expect(await idsOf(shared)).toEqual(expected);
    for (const nodeId of ["till-1", "till-2"]) {
      const store = await openSqliteStore({ path: join(folder, `${nodeId}.db`) });
      expect(await idsOf(store)).toEqual(expected);
      await store.close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
