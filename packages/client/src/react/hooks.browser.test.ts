// The hooks in a real browser, with React as apps run it.

import { createElement as h, StrictMode, Suspense, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, describe, expect, it } from "vitest";
import {
  collection,
  type LocalStore,
  openClient,
  openMemoryStore,
  SynclineError,
} from "../index.ts";
import type { Transport } from "../transport/port.ts";
import { createHooks } from "./index.ts";

const COLLECTIONS = {
  todos: collection<{ title: string; done: boolean }>(),
  notes: collection<{ todoId: string; text: string }>({ indexes: ["todoId"] }),
};
const { SynclineProvider, useMutation, useQuery, useRecord, useSuspenseQuery, useSyncStatus } =
  createHooks<typeof COLLECTIONS>();

/** No network: what the device does by itself is what is shown. */
const offline: Transport = {
  sync: () => Promise.reject(new SynclineError("offline")),
  pull: () => Promise.reject(new SynclineError("offline")),
  // biome-ignore lint/correctness/useYield: it fails before it could
  async *stream() {
    throw new SynclineError("offline");
  },
  close: async () => undefined,
};

const roots: Root[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) root.unmount();
  document.body.textContent = "";
});

async function open(store?: LocalStore) {
  return await openClient({
    app: "todo",
    store: store ?? (await openMemoryStore()),
    collections: COLLECTIONS,
    transport: offline,
  });
}

function show(client: Awaited<ReturnType<typeof open>>, ...children: React.ReactNode[]): Element {
  const element = document.body.appendChild(document.createElement("div"));
  const root = createRoot(element);
  roots.push(root);
  root.render(h(StrictMode, null, h(SynclineProvider, { client }, ...children)));
  return element;
}

describe("useQuery", () => {
  it("shows what is there, and each change, with a query written inline", async () => {
    const client = await open();
    let renders = 0;
    function List() {
      renders += 1;
      const { ready, rows } = useQuery("todos", { where: { done: false }, orderBy: "title" });
      return h("p", null, ready ? rows.map(({ title }) => title).join(",") : "loading");
    }
    const element = show(client, h(List));
    await expect.poll(() => element.textContent).toBe("");
    const { id } = client.collections.todos.insert({ title: "b", done: false });
    client.collections.todos.insert({ title: "a", done: false });
    await expect.poll(() => element.textContent).toBe("a,b");
    const before = renders;
    await client.collections.todos.insert({ title: "c", done: true }).local;
    expect(renders).toBe(before);
    client.collections.todos.update(id, { done: true });
    await expect.poll(() => element.textContent).toBe("a");
    await client.close();
  });

  it("shows related records, with their types", async () => {
    const client = await open();
    const { todos, notes } = client.collections;
    await todos.insert({ id: "a", title: "a", done: false }).local;
    function List() {
      const { rows } = useQuery("todos", {
        include: { notes: { collection: "notes", by: "todoId", orderBy: "text" } },
      });
      return h("p", null, rows.flatMap((row) => row.notes.map(({ text }) => text)).join(","));
    }
    const element = show(client, h(List));
    notes.insert({ id: "n", todoId: "a", text: "y" });
    notes.insert({ todoId: "a", text: "x" });
    await expect.poll(() => element.textContent).toBe("x,y");
    notes.delete("n");
    await expect.poll(() => element.textContent).toBe("x");
    await client.close();
  });

  it("follows a query that changes, and leaves no subscription behind", async () => {
    const client = await open();
    await client.collections.todos.insert({ title: "x", done: true }).local;
    let setDone: (done: boolean) => void = () => undefined;
    function List() {
      const [done, set] = useState(false);
      setDone = set;
      return h("p", null, String(useQuery("todos", { where: { done } }).rows.length));
    }
    const element = show(client, h(List));
    await expect.poll(() => element.textContent).toBe("0");
    setDone(true);
    await expect.poll(() => element.textContent).toBe("1");
    for (const root of roots.splice(0)) root.unmount();
    await client.collections.todos.insert({ title: "y", done: true }).local;
    await client.close();
  });
});

it("useRecord shows one record", async () => {
  const client = await open();
  await client.collections.todos.insert({ id: "a", title: "one", done: false }).local;
  function One() {
    const { ready, row } = useRecord("todos", "a");
    return h("p", null, ready ? (row?.title ?? "gone") : "loading");
  }
  const element = show(client, h(One));
  await expect.poll(() => element.textContent).toBe("one");
  client.collections.todos.delete("a");
  await expect.poll(() => element.textContent).toBe("gone");
  await client.close();
});

it("useSuspenseQuery suspends until the device's database was read", async () => {
  const inner = await openMemoryStore();
  const seeded = await open(inner);
  await seeded.collections.todos.insert({ title: "kept", done: false }).local;
  await seeded.close();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: LocalStore = {
    ...inner,
    scan: async (...given) => {
      await gate;
      return await inner.scan(...given);
    },
  };
  const client = await open(slow);
  function List() {
    const rows = useSuspenseQuery("todos");
    return h("p", null, rows.map(({ title }) => title).join());
  }
  const element = show(client, h(Suspense, { fallback: "waiting" }, h(List)));
  await expect.poll(() => element.textContent).toBe("waiting");
  release();
  await expect.poll(() => element.textContent).toBe("kept");
  await client.close();
});

it("useMutation says that a write is under way, and why one was refused", async () => {
  const client = await open();
  function Form() {
    const { run, pending, error, reset } = useMutation((space, title: string) =>
      space.collections.todos.insert({ id: "same", title, done: false }),
    );
    return h(
      "div",
      null,
      h("button", { type: "button", onClick: () => run("x") }, "add"),
      h("button", { type: "button", onClick: reset }, "reset"),
      h("output", null, `${pending} ${error?.code ?? "fine"}`),
    );
  }
  const element = show(client, h(Form));
  const output = () => element.querySelector("output")?.textContent;
  const press = (i: number) => element.querySelectorAll("button")[i]?.click();
  await expect.poll(output).toBe("false fine");
  press(0);
  await expect.poll(output).toBe("true fine");
  press(0);
  await expect.poll(output).toBe("true conflict");
  press(1);
  await expect.poll(output).toBe("true fine");
  await client.close();
});

it("the run of useMutation never rejects, however the write fails", async () => {
  const client = await open();
  await client.collections.todos.insert({ id: "same", title: "x", done: false }).local;
  const insert = (space: typeof client) =>
    space.collections.todos.insert({ id: "same", title: "x", done: false });
  type Written = ReturnType<typeof insert>;
  const ways: readonly (readonly [code: string, way: () => Written | Promise<undefined>])[] = [
    [
      "invalid",
      () => {
        throw new SynclineError("invalid");
      },
    ],
    ["schema", () => Promise.reject(new SynclineError("schema"))],
    // What is thrown need be no error.
    ["internal", () => Promise.reject(undefined)],
    ["conflict", () => insert(client)],
    [
      "conflict",
      () => ({ ...insert(client), local: Promise.reject(new SynclineError("storage_full")) }),
    ],
  ];
  const shown: {
    mutation?: {
      run(way: number): Promise<void>;
      readonly error: SynclineError | undefined;
      reset(): void;
    };
  } = {};
  function Form() {
    shown.mutation = useMutation((_space, way: number) => ways[way]?.[1]());
    return null;
  }
  show(client, h(Form));
  await expect.poll(() => shown.mutation !== undefined).toBe(true);
  const error = () => shown.mutation?.error?.code;
  for (const [way, [code]] of ways.entries()) {
    shown.mutation?.reset();
    await expect.poll(error).toBeUndefined();
    await expect(shown.mutation?.run(way)).resolves.toBeUndefined();
    await expect.poll(error).toBe(code);
  }
  await client.close();
  await expect(shown.mutation?.run(3)).resolves.toBeUndefined();
  await expect.poll(error).toBe("closed");
});

it("useSyncStatus shows how the device stands to the server", async () => {
  const client = await open();
  function Status() {
    const { phase, pending } = useSyncStatus();
    return h("p", null, `${phase} ${pending}`);
  }
  const element = show(client, h(Status));
  await expect.poll(() => element.textContent).toBe("offline 0");
  client.collections.todos.insert({ title: "a", done: false });
  await expect.poll(() => element.textContent).toBe("offline 1");
  await client.close();
});

it("outside of a provider a hook says what is missing", () => {
  const errors: unknown[] = [];
  const element = document.body.appendChild(document.createElement("div"));
  const root = createRoot(element, { onUncaughtError: (thrown) => errors.push(thrown) });
  roots.push(root);
  root.render(h(() => h("p", null, useQuery("todos").rows.length)));
  return expect.poll(() => errors).toMatchObject([{ code: "config" }]);
});
