// Tabs of one browser: they agree, one of them syncs, and it does not matter which, or whether it is awake.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { add, openDevice, startApp, titles, until, upToDate, useBrowser } from "./fixture.ts";

useBrowser();

test("every tab shows what another one wrote, before any server knows of it", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  const second = await a.tab();
  const third = await a.tab();
  a.gate.cut();
  await add(a.page, "first item");
  await second.getByText("first item").waitFor();
  await add(third, "second item");
  await a.page.getByText("second item").waitFor();
  await second.getByText("second item").click();
  const done = (page: Page) => page.getByLabel("second item", { exact: true }).isChecked();
  await until(() => done(a.page), "done in the first tab");
  a.gate.restore();
  for (const page of [a.page, second, third]) await upToDate(page);
});

test("when the tab that syncs is closed, another one goes on", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  await upToDate(a.page);
  const second = await a.tab();
  await upToDate(second);
  await a.page.close();
  await add(second, "after the first was closed");
  await upToDate(second);
  const b = await openDevice(app);
  await b.page.getByText("after the first was closed").waitFor();
  await add(b.page, "from elsewhere");
  await second.getByText("from elsewhere").waitFor();
});

test("[G3] a tab that freezes while it syncs is replaced, and finds everything when it thaws", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  await upToDate(a.page);
  const second = await a.tab();
  await upToDate(second);
  const cdp = await a.context.newCDPSession(a.page);
  await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  await add(second, "while the other is frozen");
  const b = await openDevice(app);
  await b.page.getByText("while the other is frozen").waitFor();
  await add(b.page, "from elsewhere");
  await second.getByText("from elsewhere").waitFor();
  await cdp.send("Page.setWebLifecycleState", { state: "active" });
  await a.page.getByText("from elsewhere").waitFor();
  await add(a.page, "thawed");
  await b.page.getByText("thawed").waitFor();
  for (const page of [a.page, second, b.page])
    expect(await titles(page)).toEqual(["from elsewhere", "thawed", "while the other is frozen"]);
});

test("a page that comes back from the back/forward cache is up to date again", async () => {
  const app = await startApp();
  const a = await openDevice(app, {
    init: () =>
      addEventListener("pageshow", ({ persisted }) => {
        if (persisted) document.documentElement.dataset["restored"] = "yes";
      }),
  });
  await add(a.page, "before");
  await upToDate(a.page);
  await a.page.goto(`${a.gate.url}/app.webmanifest`);
  const b = await openDevice(app);
  await add(b.page, "meanwhile");
  await upToDate(b.page);
  // Playwright's own way back waits for a load that a restored page does not have.
  await a.page.evaluate(() => history.back());
  await a.page.getByText("meanwhile").waitFor();
  await upToDate(a.page);
  expect(await a.page.evaluate(() => document.documentElement.dataset["restored"])).toBe("yes");
  await add(a.page, "after");
  await b.page.getByText("after").waitFor();
});

test("a tab that inserts 1,000 does not keep another tab's write waiting, nor refuse it", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  await upToDate(a.page);
  const second = await a.tab();
  a.gate.cut();
  await a.page.evaluate((count) => {
    const { client } = window as unknown as { client: PageClient };
    const counted = { done: 0 };
    Object.assign(window, { counted });
    void (async () => {
      for (; counted.done < count; counted.done++) {
        const title = `busy ${counted.done}`;
        await client.collections.todos.insert({ title, done: false, createdAt: 0 }).local;
      }
    })();
  }, 1_000);
  const done = () =>
    a.page.evaluate(() => (window as unknown as { counted: { done: number } }).counted.done);
  await until(async () => (await done()) > 10, "it is busy");
  await second.evaluate(async () => {
    const { client } = window as unknown as { client: PageClient };
    for (let i = 0; i < 5; i++)
      await client.collections.todos.insert({ title: `mine ${i}`, done: true, createdAt: 0 }).local;
  });
  expect(await done()).toBeLessThan(1_000);
  await a.page.getByText("mine 4").first().waitFor();
});

interface PageClient {
  readonly collections: {
    readonly todos: {
      insert(todo: { title: string; done: boolean; createdAt: number }): {
        readonly local: Promise<void>;
      };
    };
  };
}
