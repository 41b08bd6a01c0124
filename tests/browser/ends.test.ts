// Pages that end: what was tapped just before is kept, in a real browser.

import { expect, test } from "vitest";
import { openDevice, startApp, titles, until, upToDate, useBrowser } from "./fixture.ts";

useBrowser();

interface PageClient {
  readonly collections: {
    readonly todos: { insert(todo: { title: string; done: boolean; createdAt: number }): unknown };
  };
}

test("a tap is kept though the tab is closed or left at once, and is there once", async () => {
  const app = await startApp();
  const a = await openDevice(app);
  await upToDate(a.page);
  const wanted: string[] = [];
  for (let i = 0; i < 12; i++) {
    const tab = await a.tab();
    const title = `tap ${String(i).padStart(2, "0")}`;
    wanted.push(title);
    const leaves = i % 5 === 0;
    await tab.evaluate(
      ([text, isLeaving]) => {
        const { client } = window as unknown as { client: PageClient };
        client.collections.todos.insert({ title: text, done: false, createdAt: 0 });
        // Before the database could have answered anything.
        if (isLeaving) window.location.replace("about:blank");
      },
      [title, leaves] as const,
    );
    // A tab that is closed while it goes elsewhere stays open for Playwright now and then.
    if (leaves) await tab.waitForURL("about:blank");
    await tab.close();
  }
  const last = await a.tab();
  await until(async () => (await titles(last)).length >= wanted.length, "all taps are there");
  expect(await titles(last)).toEqual(wanted);
});
