// The store on PostgreSQL against the promises of its port, and its listeners.

import { startTestPostgres, type TestPostgres } from "@syncline/server/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEvent } from "../../testing/events.ts";
import { describeEventStore } from "../conformance.ts";
import { openPostgresStore } from "./index.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let url = "";
describeEventStore("PostgreSQL", {
  async open() {
    url = await postgres.database();
    return await openPostgresStore({ url });
  },
  again: () => openPostgresStore({ url }),
  durable: {
    module: new URL("../../testing/postgres-fixture.ts", import.meta.url).href,
    location: () => postgres.database(),
  },
});

describe("PostgreSQL listeners", () => {
  it("are told of what another process stored, several of them, and after a restart", async () => {
    url = await postgres.database();
    const failures: unknown[] = [];
    const [here, there] = [
      await openPostgresStore({ url, failed: (error) => void failures.push(error) }),
      await openPostgresStore({ url }),
    ];
    let told = 0;
    const stop = here.onStored(() => void told++);
    let others = 0;
    here.onStored(() => void others++);
    let n = 0;
    // The first listening takes a moment.
    const hears = () =>
      expect
        .poll(
          async () => {
            const before = told;
            await there
              .store(makeEvent(`e${n++}`, { aggregateId: "x".repeat(900) }))
              .catch(() => undefined);
            return told > before;
          },
          { timeout: 20_000 },
        )
        .toBe(true);
    await hears();
    await postgres.crash();
    await postgres.start();
    await hears();
    expect(failures.length).toBeGreaterThan(0);
    stop();
    const before = [told, others];
    await there.store(makeEvent("last"));
    await expect.poll(() => others).toBeGreaterThan(before[1] ?? 0);
    expect(told).toBe(before[0]);
    await Promise.all([here.close(), there.close()]);
  });

  it("names what cannot be", async () => {
    await expect(openPostgresStore({ url, table: "x; drop" })).rejects.toMatchObject({
      code: "config",
    });
    const nowhere = "postgres://nobody@127.0.0.1:1/none";
    await expect(openPostgresStore({ url: nowhere })).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});
