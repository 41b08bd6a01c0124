// What managers of the original do, one after the other: they compare the versions that they are given with their own count.

import { kitDialect } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { createGoManager } from "./go-manager.ts";

onBothStores("managers of the original", (openStore) => {
  let server: TestServer;
  let url = "";
  beforeEach(async () => {
    server = await startTestServer({
      store: await openStore(),
      apps: [],
      server: { dialects: [kitDialect({ anonymous: "till" })] },
    });
    url = `${server.url}/kit/shop`;
  });
  afterEach(() => server.close());

  const served = async () =>
    (
      (await (await fetch(`${url}/pull`)).json()) as { event: { id: string }; version: string }[]
    ).map(({ event, version }) => [event.id, version]);

  test("one pushes three, pulls, writes one more, pushes it, and pulls", async () => {
    const manager = createGoManager(url);
    manager.write("e1", "e2", "e3");
    expect(await manager.sync()).toEqual({ pulled: 0, pushed: 3, errors: [] });
    expect(await manager.sync()).toEqual({ pulled: 0, pushed: 0, errors: [] });
    manager.write("e4");
    expect(await manager.sync()).toEqual({ pulled: 0, pushed: 1, errors: [] });
    expect(await manager.pull()).toBe(0);
    expect(await served()).toEqual([
      ["e1", "1"],
      ["e2", "2"],
      ["e3", "3"],
      ["e4", "4"],
    ]);
  });

  test("one that only pushes sends each event once, in batches", async () => {
    const manager = createGoManager(url);
    for (const round of [1, 2, 3]) {
      manager.write(...Array.from({ length: 150 }, (_, i) => `r${round}-${i}`));
      expect(await manager.push()).toBe(150);
    }
    expect((await served()).map(([, version]) => version)).toEqual(
      Array.from({ length: 450 }, (_, i) => String(i + 1)),
    );
  });

  test("one that syncs by its timer sends what is written meanwhile, each event once", async () => {
    const [manager, other] = [createGoManager(url), createGoManager(url)];
    const failures: (readonly string[])[] = [];
    const written = Array.from({ length: 12 }, (_, i) => `e${i + 1}`);
    manager.startAutoSync(1, (errors) => failures.push(errors));
    for (const [i, id] of written.entries()) {
      manager.write(id);
      // Some come together, some by themselves.
      if (i % 3 === 2) await expect.poll(served, { timeout: 600_000 }).toHaveLength(i + 1);
    }
    await manager.stopAutoSync();
    expect(failures).toEqual([]);
    expect(await manager.sync()).toEqual({ pulled: 0, pushed: 0, errors: [] });
    expect(await served()).toEqual(written.map((id, i) => [id, String(i + 1)]));
    // The other device's timer brings it all of that, and what comes then.
    other.startAutoSync(1, (errors) => failures.push(errors));
    await expect.poll(() => other.ids(), { timeout: 600_000 }).toEqual(written);
    manager.write("last");
    await manager.sync();
    await expect.poll(() => other.ids(), { timeout: 600_000 }).toEqual([...written, "last"]);
    await other.stopAutoSync();
    expect(failures).toEqual([]);
  });

  test("two devices that take turns have all events in one order", async () => {
    const [a, b] = [createGoManager(url), createGoManager(url)];
    for (const round of [1, 2, 3])
      for (const [name, manager] of [
        ["a", a],
        ["b", b],
      ] as const) {
        // Its timer syncs; it writes; its timer syncs again.
        expect((await manager.sync()).errors).toEqual([]);
        manager.write(`${name}${round}x`, `${name}${round}y`);
        expect(await manager.sync()).toEqual({ pulled: 0, pushed: 2, errors: [] });
      }
    await a.sync();
    expect(a.ids()).toHaveLength(12);
    expect(b.ids()).toEqual(a.ids());
    expect((await served()).map(([id]) => id)).toEqual(a.ids());
  });

  test("what is sent twice, and what is refused, takes no place", async () => {
    const manager = createGoManager(url);
    manager.write("e1", "e2");
    await manager.push();
    const event = {
      id: "e1",
      type: "Sold",
      aggregate_id: "apples",
      data: "another",
      metadata: null,
    };
    const again = { ...event, data: { id: "e1" } };
    for (const one of [event, again])
      await fetch(`${url}/push`, {
        method: "POST",
        body: JSON.stringify([{ event: one, version: "1" }]),
      });
    manager.write("e3");
    expect(await manager.sync()).toEqual({ pulled: 0, pushed: 1, errors: [] });
    expect((await served()).at(-1)).toEqual(["e3", "3"]);
  });

  test("a cursor kept since versions were stamps is read as what it is", async () => {
    const manager = createGoManager(url);
    const before = Date.now() * 1_000;
    manager.write("e1", "e2");
    await manager.push();
    const since = async (stamp: number) =>
      ((await (await fetch(`${url}/pull?since=${stamp}`)).json()) as unknown[]).length;
    expect(await since(before - 1)).toBe(2);
    expect(await since((Date.now() + 60_000) * 1_000)).toBe(0);
  });
});
