// The panel in a real browser: by keyboard, with a conflict in the inbox.

import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { collection, openClient, openMemoryStore, SynclineError } from "../index.ts";
import type { Transport } from "../transport/port.ts";
import { createDevtools, type MountedDevtools, mountDevtools } from "./index.ts";

const offline: Transport = {
  sync: () => Promise.reject(new SynclineError("offline")),
  pull: () => Promise.reject(new SynclineError("offline")),
  // biome-ignore lint/correctness/useYield: it fails before it could
  async *stream() {
    throw new SynclineError("offline");
  },
  close: async () => undefined,
};

let panel: MountedDevtools | undefined;
afterEach(() => panel?.close());

async function open() {
  const devtools = createDevtools();
  const store = devtools.store(await openMemoryStore());
  await store.initialise({ clientId: "c1", clock: { ms: 0, counter: 0 }, userId: null });
  const time = "2026-11-20T10:00:00.000Z-0000-c1";
  const change = { collection: "notes", id: "n1", op: "patch", time } as const;
  await store.park("~", [
    {
      mutation: { id: 1, seen: null, changes: [{ ...change, fields: { text: "mine" } }] },
      reason: "conflict",
      error: { code: "conflict", message: "Somebody was faster." },
      current: [
        {
          collection: "notes",
          id: "n1",
          record: {
            collection: "notes",
            id: "n1",
            version: 2,
            stamp: 9,
            time,
            fields: { text: "theirs" },
          },
        },
      ],
      parkedAtMs: 1,
    },
  ]);
  const client = await openClient({
    app: "x",
    store,
    transport: devtools.transport(offline),
    environment: devtools.environment(),
    onEvent: devtools.onEvent,
    collections: { notes: collection<{ text: string }>() },
  });
  panel = mountDevtools(client, { devtools, store, open: true });
  const root = document.querySelector("[data-syncline-devtools]")?.shadowRoot;
  if (root == null) throw new Error("There is no panel.");
  const text = () => root.querySelector('[role="tabpanel"]')?.textContent ?? "";
  const press = (label: string) =>
    [...root.querySelectorAll("button")].find(({ textContent }) => textContent === label)?.click();
  return { client, devtools, root, text, press };
}

it("is moved through by keyboard, and every control has a name", async () => {
  const { root, text } = await open();
  await expect.poll(text).toContain("Connection");
  root.querySelector<HTMLElement>('[role="tab"]')?.focus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.poll(text).toContain("Somebody was faster.");
  await userEvent.keyboard("{End}");
  await expect.poll(text).toContain("No network");
  await userEvent.keyboard("{ArrowRight}");
  await expect.poll(text).toContain("Connection");
  for (const control of root.querySelectorAll("button, input, select")) {
    const labelled = control.closest("label")?.textContent ?? control.getAttribute("aria-label");
    expect(control.textContent !== "" || (labelled ?? "") !== "").toBe(true);
  }
  await userEvent.keyboard("{Escape}");
  expect(root.querySelector<HTMLElement>(".panel")?.hidden).toBe(true);
  await userEvent.keyboard("{Control>}{Shift>}y{/Shift}{/Control}");
  expect(root.querySelector<HTMLElement>(".panel")?.hidden).toBe(false);
});

it("shows both sides of a conflict, and gives it up", async () => {
  const { client, text, press } = await open();
  press("Outbox");
  await expect.poll(text).toContain("theirs");
  expect(text()).toContain("mine");
  press("Discard");
  await expect.poll(text).toContain("refused nothing");
  expect(client.inbox.getSnapshot()).toEqual([]);
});

it("simulates, and says in its header that it does", async () => {
  const { devtools, root, press } = await open();
  press("Simulate");
  await expect.poll(() => root.querySelector('input[type="checkbox"]')).not.toBeNull();
  root.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
  await expect.poll(() => root.querySelector(".warning")?.textContent).toContain("no network");
  expect(devtools.simulation.offline).toBe(true);
  press("Everything as it is");
  await expect.poll(() => devtools.simulation.offline).toBe(false);
});

it("leaves the page as it was", async () => {
  await open();
  panel?.close();
  expect(document.querySelector("[data-syncline-devtools]")).toBeNull();
});
