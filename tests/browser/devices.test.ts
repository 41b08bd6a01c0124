// Two devices and a real server, in a real browser: what happens to networks, servers, clocks and tokens.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { startServerProcess } from "../crash/server-process.ts";
import {
  add,
  atEnd,
  openDevice,
  SECRET,
  startApp,
  temporaryFolder,
  titles,
  until,
  upToDate,
  useBrowser,
} from "./fixture.ts";

useBrowser();

test("what both devices wrote offline is on both when they are back", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  const b = await openDevice(app);
  await add(a.page, "shared");
  await b.page.getByText("shared").waitFor();
  a.gate.cut();
  b.gate.cut();
  await a.page.locator('.status[data-phase="offline"]').waitFor();
  await add(a.page, "from a");
  await b.page.getByText("shared").click();
  await add(b.page, "from b");
  a.gate.restore();
  b.gate.restore();
  for (const { page } of [a, b]) {
    await upToDate(page);
    await until(async () => (await titles(page)).length === 3, "three items");
    expect(await titles(page)).toEqual(["from a", "from b", "shared"]);
    expect(await page.getByLabel("shared", { exact: true }).isChecked()).toBe(true);
  }
});

test("[G1] [G3] a server that is killed in the middle of a push loses and doubles nothing", async () => {
  const data = temporaryFolder();
  const port = await freePort();
  let server = await startServerProcess({ data, port, secret: SECRET });
  atEnd(() => server.kill());
  const app = await startApp({ syncUrl: server.url });
  const a = await openDevice(app);
  await upToDate(a.page);
  await a.page.evaluate(() => {
    const { client } = window as unknown as { client: PageClient };
    for (let i = 0; i < 300; i++)
      client.collections.todos.insert({ title: `t${i}`, done: false, createdAt: i });
  });
  // As soon as the server has some of them.
  await until(async () => (await pendingOf(a.page)) < 300, "the first of them arrived");
  await server.kill();
  await add(a.page, "while it was away");
  server = await startServerProcess({ data, port, secret: SECRET });
  await upToDate(a.page);
  const b = await openDevice(app);
  await b.page.getByText("301 items").waitFor();
  await a.page.getByText("301 items").waitFor();
});

test("[G6] the app starts without a network, shows what it has, and keeps what is written", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  await add(a.page, "kept");
  await upToDate(a.page);
  await a.page.evaluate(() => navigator.serviceWorker.ready);
  a.gate.cut();
  await a.page.reload();
  await a.page.getByText("kept").waitFor();
  await add(a.page, "written offline");
  await a.page.reload();
  await a.page.getByText("written offline").waitFor();
  a.gate.restore();
  const b = await openDevice(app);
  await b.page.getByText("written offline").waitFor();
  await upToDate(a.page);
});

test("a device whose clock is two days ahead is not cut off, and does not win for ever", async () => {
  const app = await startApp();
  const a = await openDevice(app, { skewMs: 2 * 86_400_000 });
  const b = await openDevice(app);
  await add(a.page, "from the future");
  await b.page.getByText("from the future").click();
  const checked = (page: typeof a.page) => page.getByLabel("from the future", { exact: true });
  await until(() => checked(a.page).isChecked(), "a sees it done");
  await a.page.getByText("from the future").click();
  await until(async () => !(await checked(b.page).isChecked()), "b sees it undone");
  await b.page.getByText("from the future").click();
  await until(() => checked(a.page).isChecked(), "the last one wins");
  await upToDate(a.page);
});

test("a token that runs out while connected is replaced, and nobody notices", async () => {
  const app = await startApp({ tokenSeconds: 3 });
  const a = await openDevice(app);
  await upToDate(a.page);
  let tokens = 0;
  const phases = new Set<string | null>();
  a.page.on("request", (request) => {
    if (request.url().includes("/token")) tokens += 1;
  });
  await until(async () => {
    phases.add(await a.page.locator(".status").getAttribute("data-phase"));
    return tokens >= 3;
  }, "three tokens");
  const b = await openDevice(app);
  await add(b.page, "still connected");
  await a.page.getByText("still connected").waitFor();
  expect([...phases]).toEqual(["live"]);
});

interface PageClient {
  readonly collections: {
    readonly todos: { insert(todo: { title: string; done: boolean; createdAt: number }): unknown };
  };
  readonly status: { getSnapshot(): { readonly pending: number } };
}

function pendingOf(page: import("playwright").Page): Promise<number> {
  return page.evaluate(
    () => (window as unknown as { client: PageClient }).client.status.getSnapshot().pending,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}
