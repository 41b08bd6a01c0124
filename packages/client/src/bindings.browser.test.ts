// Svelte, Vue and Solid show what the client holds, follow each change and each new query, and let go of it.

import { createSignal } from "solid-js";
import html from "solid-js/h";
import { render } from "solid-js/web";
import { mount, unmount } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp, defineComponent, h, ref } from "vue";
import { collection, openClient, openMemoryStore, type Space, SynclineError } from "./index.ts";
import { createLive } from "./solid/index.ts";
import List from "./svelte/list.fixture.svelte";
import type { Transport } from "./transport/port.ts";
import { useLive } from "./vue/index.ts";

const COLLECTIONS = { todos: collection<{ title: string; done: boolean }>() };
type App = Space<typeof COLLECTIONS>;

const offline: Transport = {
  sync: () => Promise.reject(new SynclineError("offline")),
  pull: () => Promise.reject(new SynclineError("offline")),
  // biome-ignore lint/correctness/useYield: it fails before it could
  async *stream() {
    throw new SynclineError("offline");
  },
  close: async () => undefined,
};

const TodoList = defineComponent({
  props: { client: { type: Object, required: true } },
  setup({ client }) {
    const { todos } = (client as App).collections;
    const done = ref(false);
    const list = useLive(() => todos.live({ where: { done: done.value }, orderBy: "title" }));
    const count = useLive(todos.liveCount());
    return () => [
      h("button", { onClick: () => (done.value = !done.value) }, done.value ? "done" : "open"),
      h("p", `${count.value} in all`),
      h(
        "ul",
        list.value.rows.map(({ id, title }) => h("li", { key: id }, title)),
      ),
    ];
  },
});

function SolidList({ client }: { readonly client: App }) {
  const { todos } = client.collections;
  const [done, setDone] = createSignal(false);
  const list = createLive(() => todos.live({ where: { done: done() }, orderBy: "title" }));
  const count = createLive(() => todos.liveCount());
  return [
    html("button", { onClick: () => setDone((now) => !now) }, () => (done() ? "done" : "open")),
    html("p", () => `${count()} in all`),
    html("ul", () => list().rows.map(({ title }) => html("li", title))),
  ];
}

/** How each framework shows a list of the client, until the function that it gives is called. */
const FRAMEWORKS: readonly [name: string, show: (client: App, target: Element) => () => unknown][] =
  [
    [
      "Svelte",
      (client, target) => {
        const shown = mount(List, { target, props: { todos: client.collections.todos } });
        return () => unmount(shown);
      },
    ],
    [
      "Vue",
      (client, target) => {
        const app = createApp(TodoList, { client });
        app.mount(target);
        return () => app.unmount();
      },
    ],
    ["Solid", (client, target) => render(() => html(SolidList, { client }) as never, target)],
  ];

afterEach(() => {
  document.body.textContent = "";
});

describe.each(FRAMEWORKS)("%s", (_name, show) => {
  it("shows what is there, each change, and another query; and lets go of all at the end", async () => {
    const client = await openClient({
      app: "todo",
      store: await openMemoryStore(),
      collections: COLLECTIONS,
      transport: offline,
    });
    const { todos } = client.collections;
    const left: number[] = [];
    const live = todos.live.bind(todos);
    let watched = 0;
    vi.spyOn(todos, "live").mockImplementation(((query: object) => {
      const observable = live(query);
      return {
        ...observable,
        subscribe(listener: () => void) {
          watched += 1;
          const stop = observable.subscribe(listener);
          return () => {
            watched -= 1;
            left.push(watched);
            stop();
          };
        },
      };
    }) as never);
    todos.insert({ title: "Milk", done: false });
    const target = document.body.appendChild(document.createElement("main"));
    const end = show(client, target);
    const items = () => [...target.querySelectorAll("li")].map(({ textContent }) => textContent);
    await expect.poll(items).toEqual(["Milk"]);
    const bread = todos.insert({ title: "Bread", done: false });
    await expect.poll(items).toEqual(["Bread", "Milk"]);
    await expect.poll(() => target.querySelector("p")?.textContent).toBe("2 in all");
    todos.update(bread.id, { done: true });
    await expect.poll(items).toEqual(["Milk"]);
    target.querySelector("button")?.click();
    await expect.poll(items).toEqual(["Bread"]);
    expect(target.querySelector("button")?.textContent).toBe("done");
    // The first query is let go of once the second is there.
    expect(watched).toBe(1);
    await end();
    expect(watched).toBe(0);
    await client.close();
  });
});
