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

async function open(space = "~", isOpen = true) {
  const devtools = createDevtools();
  const store = devtools.store(await openMemoryStore());
  await store.initialise({ clientId: "c1", clock: { ms: 0, counter: 0 }, userId: null });
  const time = "2026-11-20T10:00:00.000Z-0000-c1";
  const change = { collection: "notes", id: "n1", op: "patch", time } as const;
  await store.park(space, [
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
    space,
    store,
    transport: devtools.transport(offline),
    environment: devtools.environment(),
    onEvent: devtools.onEvent,
    collections: { notes: collection<{ text: string }>() },
  });
  panel = mountDevtools(client, { devtools, store, open: isOpen });
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

it.each([true, false])(
  "takes the focus from nobody when it is mounted, open: %s",
  async (isOpen) => {
    const field = document.body.appendChild(document.createElement("input"));
    field.focus();
    await open("~", isOpen);
    expect(document.activeElement).toBe(field);
    field.remove();
  },
);

it("keeps what is focused and open while it shows what is new", async () => {
  const { client, devtools, root, text, press } = await open();
  await client.collections.notes.insert({ text: "mine" }).local;
  press("Outbox");
  await expect.poll(text).toContain("put notes/");
  const details = () => root.querySelector("details");
  details()?.setAttribute("open", "");
  const retry = [...root.querySelectorAll("button")].find((one) => one.textContent === "Retry");
  retry?.focus();
  await client.collections.notes.insert({ text: "another" }).local;
  await expect.poll(text).toContain("To send (2)");
  expect(root.activeElement?.textContent).toBe("Retry");
  expect(root.activeElement).not.toBe(retry);
  expect(details()?.open).toBe(true);
  press("Frames");
  devtools.onEvent({ type: "signed_out" });
  await expect.poll(text).toContain("signed_out");
  expect([...root.querySelectorAll("details")].every((one) => !one.open)).toBe(true);
});

it("sends again what was refused, when asked to", async () => {
  const { client, text, press } = await open();
  await client.collections.notes.insert({ id: "n1", text: "first" }).local;
  press("Outbox");
  await expect.poll(text).toContain("theirs");
  press("Retry");
  await expect.poll(text).toContain("refused nothing");
  expect(client.outbox.getSnapshot()).toHaveLength(2);
});

it("shows the records of each of the client's spaces, and in its header what is simulated", async () => {
  const { devtools, root, text, press } = await open("team");
  press("Records");
  await expect
    .poll(() => root.querySelector('[aria-label="Space"]')?.textContent)
    .toContain("team");
  await expect.poll(text).toContain("none of the server's records");
  devtools.simulate({ full: true });
  await expect.poll(() => root.querySelector(".warning")?.textContent).toContain("no room");
});

it("leaves the page as it was", async () => {
  await open();
  panel?.close();
  expect(document.querySelector("[data-syncline-devtools]")).toBeNull();
});
