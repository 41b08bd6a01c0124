// The to-do app in every browser: two tabs, two devices, without a network, and pages that are left.

import { expect } from "vitest";
import { serveTodo, type TodoApp } from "../../../examples/todo/serve.ts";
import { SECRET } from "../fixture.ts";
import { until } from "../until.ts";
import { inEveryBrowser, type Person, type Walker } from "./walk.ts";

async function startApp({ temporaryFolder, atEnd }: Walker): Promise<TodoApp> {
  const app = await serveTodo({ secret: SECRET, databasePath: `${temporaryFolder()}/todo.db` });
  atEnd(() => app.close());
  return app;
}

const item = (text: string) => ({ css: "li label", text });
const add = async (person: Person, title: string) => {
  await person.write({ css: "form input" }, title, "enter");
  await person.see(item(title));
};
const upToDate = ({ see }: Person) =>
  see({ css: '.status[data-phase="live"]', text: "everything is saved" });
const offline = ({ see }: Person) => see({ css: '.status[data-phase="offline"]' });
const isDone = ({ sees }: Person) => sees({ css: "li:has(input:checked)" });
/** The page itself is on the device: from then on it needs no network. */
const kept = ({ tab }: Person) =>
  until(
    () =>
      tab.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return registration?.active?.state === "activated";
      }),
    "the app is on the device",
  );

inEveryBrowser((walk, engine) => {
  walk("a list is written, ticked off, tidied up, and there after a reload", async (walker) => {
    const app = await startApp(walker);
    const ann = await (await walker.visitor(app)).tab();
    await add(ann, "Bread");
    await add(ann, "Milk");
    await ann.click(item("Bread"));
    await until(() => isDone(ann), "it is done");
    await ann.click({ css: "button", text: "Delete Milk" });
    await until(async () => !(await ann.sees(item("Milk"))), "it is gone");
    await ann.go("/");
    await ann.see(item("Bread"));
    await until(() => isDone(ann), "it is still done");
    await upToDate(ann);
  });

  walk("two devices see each other's writes while they are live", async (walker) => {
    const app = await startApp(walker);
    const ann = await (await walker.visitor(app)).tab();
    const other = await (await walker.visitor(app)).tab();
    await upToDate(ann);
    await upToDate(other);
    await add(ann, "From here");
    await other.see(item("From here"));
    await other.click(item("From here"));
    await until(() => isDone(ann), "it is done here");
    expect(await ann.tab.evaluate(() => document.querySelectorAll("li").length)).toBe(1);
  });

  walk(
    "[G3] two tabs agree without a network, and the other goes on when one is closed",
    async (walker) => {
      const app = await startApp(walker);
      const visitor = await walker.visitor(app);
      const ann = await visitor.tab();
      const second = await visitor.tab();
      await upToDate(ann);
      await upToDate(second);
      visitor.gate.cut();
      await offline(second);
      await add(ann, "In the first");
      await second.see(item("In the first"));
      await add(second, "In the second");
      await ann.see(item("In the second"));
      await ann.tab.close();
      visitor.gate.restore();
      await upToDate(second);
      const other = await (await walker.visitor(app)).tab();
      await other.see(item("In the first"));
      await add(other, "From elsewhere");
      await second.see(item("From elsewhere"));
    },
  );

  walk("a write of a tab is not refused beside one that inserts 1,000", async (walker) => {
    const app = await startApp(walker);
    const visitor = await walker.visitor(app);
    const busy = await visitor.tab();
    const second = await visitor.tab();
    await upToDate(busy);
    visitor.gate.cut();
    await busy.tab.evaluate((count) => {
      const { client } = window as unknown as PageGlobals;
      const counted = { done: 0 };
      Object.assign(window, { counted });
      void (async () => {
        for (; counted.done < count; counted.done++) {
          const title = `busy ${counted.done}`;
          await client.collections.todos.insert({ title, done: false, createdAt: 0 }).local;
        }
      })();
    }, 1_000);
    const done = () => busy.tab.evaluate(() => (window as unknown as PageGlobals).counted.done);
    await until(async () => (await done()) > 10, "it is busy");
    const refused = await second.tab.evaluate(async () => {
      const { client } = window as unknown as PageGlobals;
      const codes: string[] = [];
      for (let i = 0; i < 5; i++) {
        const { local } = client.collections.todos.insert({
          title: `mine ${i}`,
          done: true,
          createdAt: i,
        });
        await local.catch((thrown: { code: string }) => codes.push(thrown.code));
      }
      return codes;
    });
    expect(refused).toEqual([]);
    expect(await done()).toBeLessThan(1_000);
    await busy.see({ css: "li label", text: "mine 4" });
  });

  walk("without a network the app starts in a new tab, and takes writes", async (walker) => {
    const app = await startApp(walker);
    const visitor = await walker.visitor(app);
    const ann = await visitor.tab();
    await add(ann, "Before");
    await upToDate(ann);
    await kept(ann);
    visitor.gate.cut();
    const again = await visitor.tab();
    await ann.tab.close();
    await again.see(item("Before"));
    await offline(again);
    await add(again, "Meanwhile");
    await again.go("/");
    await again.see(item("Meanwhile"));
    visitor.gate.restore();
    await upToDate(again);
    const other = await (await walker.visitor(app)).tab();
    await other.see(item("Meanwhile"));
  });

  // What an engine of tests forgets when it ends cannot be started again: docs/decisions/075-three-browsers.md.
  if (engine.startAt !== undefined)
    walk(
      "a browser that was closed starts the app without a network, with all that was written",
      async (walker) => {
        const app = await startApp(walker);
        const gate = await walker.gate(app);
        const folder = walker.temporaryFolder();
        const before = await walker.returning(gate, folder);
        const ann = await before.tab();
        await add(ann, "Sent");
        await upToDate(ann);
        await kept(ann);
        gate.cut();
        await offline(ann);
        await add(ann, "Not sent");
        await before.close();
        const after = await walker.returning(gate, folder);
        const again = await after.tab();
        await again.see(item("Sent"));
        await again.see(item("Not sent"));
        gate.restore();
        await upToDate(again);
        const other = await (await walker.visitor(app)).tab();
        await other.see(item("Not sent"));
      },
    );

  walk(
    "pages that are left at once, again and again, keep no later one from writing",
    async (walker) => {
      const app = await startApp(walker);
      const visitor = await walker.visitor(app);
      const ann = await visitor.tab();
      await add(ann, "First");
      await kept(ann);
      for (let i = 0; i < 20; i++) {
        await ann.go(`/?load=${i}`);
        // While the page is opening its store, and while it is writing.
        if (i % 2 === 1)
          await ann.tab.evaluate((title) => {
            const { client } = window as unknown as Partial<PageGlobals>;
            void client?.collections.todos
              .insert({ title, done: false, createdAt: 0 })
              .local.catch(() => undefined);
          }, `load ${i}`);
      }
      await ann.see(item("First"));
      await add(ann, "Last");
      await upToDate(ann);
    },
  );

  walk("a client ends with the block that it was opened in", async (walker) => {
    const app = await startApp(walker);
    const ann = await (await walker.visitor(app)).tab();
    await upToDate(ann);
    const ended = await ann.tab.evaluate(async () => {
      const { client } = window as unknown as PageGlobals;
      const dispose = client[Symbol.asyncDispose];
      await dispose.call(client);
      return [typeof Symbol.asyncDispose, client.status.getSnapshot().phase];
    });
    expect(ended).toEqual(["symbol", "closed"]);
  });
});

interface PageGlobals {
  readonly counted: { readonly done: number };
  readonly client: {
    readonly status: { getSnapshot(): { readonly phase: string } };
    readonly collections: {
      readonly todos: {
        insert(todo: { title: string; done: boolean; createdAt: number }): {
          readonly local: Promise<void>;
        };
      };
    };
    [Symbol.asyncDispose](): Promise<void>;
  };
}
