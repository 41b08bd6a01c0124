// A device's storage in a real browser: full, and with very much in it.

import { join } from "node:path";
import {
  createEngine,
  createMemoryBus,
  openSqliteStore,
  systemEngineEnvironment,
} from "@syncline/server";
import type { Page } from "playwright";
import { expect, test } from "vitest";
import {
  add,
  openDevice,
  setQuota,
  startApp,
  temporaryFolder,
  titles,
  until,
  upToDate,
  useBrowser,
} from "./fixture.ts";

useBrowser();

test("[LS10] a full device says so, keeps what it has, and goes on when there is room", async () => {
  const app = await startApp();
  const a = await openDevice(app, { quotaBytes: 3_000_000 });
  await add(a.page, "kept");
  await upToDate(a.page);
  a.gate.cut();
  expect(await fillDevice(a.page)).toBe("storage_full");
  await a.page.getByRole("button", { name: "open", exact: true }).click();
  await until(async () => {
    // The browser tidies up now and then, and finds a little room.
    await fillDevice(a.page);
    await a.page.getByLabel("What is to be done?").fill("x".repeat(400));
    await a.page.keyboard.press("Enter");
    return await a.page.getByRole("alert").getByText("no room").isVisible();
  }, "the app says that there is no room");
  await a.page.reload().catch(() => undefined);
  await a.page.getByRole("button", { name: "open", exact: true }).click();
  await a.page.getByText("kept").waitFor();
  await setQuota(a.page, a.gate.url);
  a.gate.restore();
  await upToDate(a.page);
  await until(async () => {
    await a.page.getByLabel("What is to be done?").fill("there is room again");
    await a.page.keyboard.press("Enter");
    return await a.page.getByText("there is room again").first().isVisible();
  }, "there is room again");
  await upToDate(a.page);
  const b = await openDevice(app);
  await b.page.getByRole("button", { name: "open", exact: true }).click();
  await b.page.getByText("kept").waitFor();
  await b.page.getByText("there is room again").first().waitFor();
});

test("[G8] a device whose data the browser cleared while it was closed reads it again, and says so", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  await add(a.page, "on the server");
  await upToDate(a.page);
  await a.page.goto("about:blank");
  const cdp = await a.context.newCDPSession(a.page);
  await cdp.send("Storage.clearDataForOrigin", {
    origin: a.gate.url,
    storageTypes: "indexeddb",
  });
  await a.page.goto(a.gate.url);
  await a.page.getByText("on the server").waitFor();
  await upToDate(a.page);
  const health = await a.page.evaluate(() =>
    (window as unknown as { client: PageClient }).client.storage(),
  );
  expect(health).toMatchObject({ evicted: true, volatile: false });
});

test("[G8] data that is removed under an open page: it goes on without a reload, with what was not saved", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  await add(a.page, "on the server");
  await upToDate(a.page);
  const second = await a.tab();
  await upToDate(second);
  a.gate.cut();
  await a.page.locator('.status[data-phase="offline"]').waitFor();
  await add(a.page, "only here");
  await second.getByText("only here").waitFor();
  for (const page of [a.page, second])
    await page.evaluate(() => Object.assign(window, { reloaded: false }));
  const ways = [
    async () => {
      const cdp = await a.context.newCDPSession(a.page);
      const origin = a.gate.url;
      await cdp.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
    },
    // Another page of the origin.
    () =>
      second.evaluate(
        () =>
          new Promise<void>((resolve, reject) => {
            const request = indexedDB.deleteDatabase("todo-me");
            request.onsuccess = () => resolve();
            request.onerror = () => reject(request.error);
          }),
      ),
  ];
  for (const remove of ways) {
    const before = await clientOf(a.page);
    await remove();
    await until(async () => (await clientOf(a.page)) !== before, "the page began anew");
    await until(async () => (await titles(a.page)).join() === "only here", "what it held");
    await until(async () => (await titles(second)).join() === "only here", "in both tabs");
  }
  a.gate.restore();
  for (const page of [a.page, second]) {
    await page.getByText("on the server").waitFor();
    await upToDate(page);
    expect(await titles(page)).toEqual(["on the server", "only here"]);
    expect(await page.evaluate(() => "reloaded" in window)).toBe(true);
  }
  const b = await openDevice(app);
  await b.page.getByText("only here").waitFor();
});

/** Tells one client of a page from the next. */
function clientOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { client } = window as unknown as { client: PageClient & { number?: number } };
    client.number ??= Math.random();
    return client.number;
  });
}

test("a first sync of 50,000 records is done in many small tasks: the page stays responsive", async () => {
  const databasePath = join(temporaryFolder(), "todo.db");
  await fill(databasePath, 50_000);
  const app = await startApp({ databasePath });
  const a = await openDevice(app, {
    init: () => {
      const tasks: number[] = [];
      Object.assign(window, { tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
      }).observe({ entryTypes: ["longtask"] });
    },
  });
  await a.page.getByText("50000 items").waitFor({ timeout: 90_000 });
  await upToDate(a.page);
  const [tasks, tookMs] = await a.page.evaluate(() => [
    (window as unknown as { tasks: number[] }).tasks,
    performance.now(),
  ]);
  // A part of the whole, on any machine; how long tasks take is measured by the bench.
  expect(tasks.filter((ms) => ms > tookMs / 10)).toEqual([]);
  await add(a.page, "one more");
  await a.page.getByText("50001 items").waitFor();
});

/** Writes until there is no room, smaller and smaller records; gives the code of the last refusal. */
async function fillDevice(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const { client } = window as unknown as { client: PageClient };
    let code = "none";
    for (const size of [60_000, 6_000, 600, 60]) {
      for (let i = 0; i < 200; i++) {
        // Noise: browsers compress what they store.
        const noise = crypto.getRandomValues(new Uint8Array(size));
        const title = `noise ${btoa(String.fromCharCode(...noise))}`;
        const write = client.collections.todos.insert({ title, done: true, createdAt: i });
        code = await write.local.then(
          () => "none",
          (thrown: { code: string }) => thrown.code,
        );
        if (code !== "none") break;
      }
    }
    return code;
  });
}

interface PageClient {
  storage(): Promise<object>;
  readonly collections: {
    readonly todos: {
      insert(todo: { title: string; done: boolean; createdAt: number }): {
        readonly local: Promise<void>;
      };
    };
  };
}

/** Fills a user's list past the network. */
async function fill(path: string, count: number): Promise<void> {
  const store = await openSqliteStore({ path });
  const engine = createEngine({
    store,
    bus: createMemoryBus(),
    apps: [{ name: "todo", collections: { todos: {} } }],
    openApps: false,
    environment: {
      now: () => Date.now(),
      randomId: () => "epoch",
      secret: () => "5e".repeat(32),
      mac: systemEngineEnvironment().mac,
      defer: (run) => void setImmediate(run),
    },
  });
  const time = "2026-11-20T10:00:00.000Z-0000-filler";
  const perMutation = 1_000;
  for (let from = 0, id = 1; from < count; from += perMutation, id++) {
    const changes = Array.from({ length: perMutation }, (_, i) => ({
      collection: "todos",
      id: `r${from + i}`,
      op: "put" as const,
      time,
      fields: { title: `record ${from + i}`, done: false, createdAt: from + i },
    }));
    const request = { clientId: "filler", now: time, cursor: null, pull: { limit: 1 } };
    await engine.sync(
      { userId: "me" },
      { app: "todo", name: "~" },
      { ...request, mutations: [{ id, seen: null, changes }] },
    );
  }
  await store.close();
}
