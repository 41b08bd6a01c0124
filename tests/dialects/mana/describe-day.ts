// An ordinary day of the original's two clients, and what must be there in the evening, on every device.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManaServer, startMana } from "./fixture.ts";
import { openOlderClient } from "./older-client.ts";
import {
  openUnifiedClient,
  type UnifiedClient,
  type UnifiedClientOptions,
} from "./unified-client.ts";
import { type AuthService, startAuthService } from "./upstream.ts";

/** The newer one merges by times and states none when it inserts; the older one applies whatever it is given. */
export const CLIENTS = { newer: openUnifiedClient, older: openOlderClient };
type Kind = keyof typeof CLIENTS;

/** Opens a client, on whichever IndexedDB. */
export type OpenClient = (kind: Kind, options: UnifiedClientOptions) => Promise<UnifiedClient>;
/** Starts one node, or several with one store: devices are spread over them. */
export type StartDay = (options: Parameters<typeof startMana>[1]) => Promise<readonly ManaServer[]>;

const CACHE_MS = 60_000;
const MINUTE = 60_000;
const KINDS: readonly Kind[] = ["newer", "older"];

export function describeDay(start: StartDay, open: OpenClient): void {
  describe.each(KINDS)("of the %s client", (kind) => {
    let auth: AuthService;
    let nodes: readonly ManaServer[];
    let nowAheadMs: number;
    let count = 0;
    const opened: UnifiedClient[] = [];
    beforeEach(async () => {
      auth = await startAuthService();
      nowAheadMs = 0;
      nodes = await start({
        memberships: { url: auth.url, serviceKey: "key", cacheMs: CACHE_MS },
        now: () => Date.now() + nowAheadMs,
      });
    });
    afterEach(async () => {
      for (const client of opened.splice(0)) await client.close();
      for (const node of nodes) await node.close();
      await auth.close();
    });

    async function client(
      clientId: string,
      { user = "anna", aheadMs = 0 }: { readonly user?: string; readonly aheadMs?: number } = {},
    ): Promise<UnifiedClient> {
      const node = nodes[count % nodes.length];
      if (node === undefined) throw new Error("no node was started");
      count += 1;
      const one = await open(kind, {
        name: `${clientId}-${count}-${node.url}`,
        app: "todo",
        url: node.url,
        token: await node.token(user),
        clientId,
        collections: ["tasks", "notes"],
        aheadMs,
      });
      opened.push(one);
      return one;
    }

    /** Of what it writes to one record before it pushes, the older client sends the last alone. */
    async function sendFirst(...clients: readonly UnifiedClient[]): Promise<void> {
      if (kind === "older") for (const one of clients) expect(await one.push()).toBe(200);
    }

    /** Until nobody has anything to say: all show the same. */
    async function settle(...clients: readonly UnifiedClient[]): Promise<void> {
      for (let round = 0; round < 2; round += 1)
        for (const one of clients) {
          expect(await one.push()).toBe(200);
          await one.pull();
        }
      const [first, ...others] = await Promise.all(clients.map((one) => one.all("tasks")));
      for (const other of others) expect(other).toEqual(first);
    }

    test("what is edited soon after it was created, offline, keeps the edit everywhere", async () => {
      const [a, b] = [await client("a"), await client("b")];
      await a.insert("tasks", "k", { title: "created", done: false });
      await sendFirst(a);
      await a.update("tasks", "k", { title: "edited" });
      await settle(a, b);
      expect((await b.all("tasks")).get("k")).toMatchObject({ title: "edited", done: false });
    });

    test("what one device edits before the other's creation of it arrives is not lost, nor is what is deleted meanwhile back", async () => {
      const [a, b] = [await client("a"), await client("b")];
      // Both know the record by its name, as the original's singletons are.
      await a.insert("tasks", "k", { title: "of a", note: "of a" });
      await a.insert("tasks", "gone", { title: "of a" });
      await b.insert("tasks", "k", { title: "of b", note: "of a" });
      await b.insert("tasks", "gone", { title: "of b" });
      await sendFirst(b);
      await b.update("tasks", "k", { title: "edited by b" });
      await b.delete("tasks", "gone");
      await b.push();
      await a.push();
      await settle(a, b);
      expect((await a.all("tasks")).get("k")).toMatchObject({ title: "edited by b", note: "of a" });
      expect((await a.all("tasks")).has("gone")).toBe(false);
    });

    test("a push whose answer was lost is sent again, and takes nothing from what others wrote meanwhile", async () => {
      const [a, b] = [await client("a"), await client("b")];
      await a.insert("tasks", "k", { title: "created" });
      await a.insert("tasks", "d", { title: "created" });
      expect(await a.push(true)).toBe(0);
      await b.pull();
      await b.update("tasks", "k", { title: "edited by b" });
      await b.delete("tasks", "d");
      await b.push();
      await settle(a, b);
      expect((await a.all("tasks")).get("k")).toMatchObject({ title: "edited by b" });
      expect((await a.all("tasks")).has("d")).toBe(false);
    });

    test("devices whose clocks are fast or slow end with what all others have", async () => {
      const fast = await client("fast", { aheadMs: 60 * MINUTE });
      const slow = await client("slow", { aheadMs: -2 * MINUTE });
      const c = await client("c");
      await c.insert("tasks", "k", { title: "created", note: "created" });
      await settle(c, fast, slow);
      // Edited soon, with a clock that lies before the creation: that counts where the creation has a time.
      await slow.update("tasks", "k", { note: "of slow" });
      await fast.update("tasks", "k", { title: "of fast" });
      await settle(slow, fast, c);
      const note = kind === "older" ? "created" : "of slow";
      expect((await c.all("tasks")).get("k")).toMatchObject({ title: "of fast", note });
      // The fast one takes what is written after it, though its own value claims to be newer.
      await new Promise((resolve) => setTimeout(resolve, 5));
      await c.update("tasks", "k", { title: "of c" });
      await settle(c, fast, slow);
      expect((await fast.all("tasks")).get("k")).toMatchObject({ title: "of c" });
      await c.delete("tasks", "k");
      await settle(c, fast, slow);
      expect((await fast.all("tasks")).has("k")).toBe(false);
    });

    test("a record of 300 KiB and one that nobody can store hold nothing else back", async () => {
      const [a, b] = [await client("a"), await client("b")];
      await a.insert("tasks", "before", { title: "x" });
      await a.insert("tasks", "large", { text: "x".repeat(300 * 1024) });
      await a.insert("tasks", "never", { text: "a\u0000b" });
      await a.insert("tasks", "after", { title: "x" });
      expect(await a.push()).toBe(200);
      expect(await a.pendingCount()).toBe(0);
      await a.update("tasks", "large", { title: "edited" });
      expect(await a.push()).toBe(200);
      await b.pull();
      expect([...(await b.all("tasks")).keys()].sort()).toEqual(["after", "before", "large"]);
      expect((await b.all("tasks")).get("large")).toMatchObject({ title: "edited" });
    });

    test("members share, who comes is given all, who goes is given no more, outsiders are given nothing", async () => {
      for (const user of ["anna", "ben"]) auth.memberships.set(user, ["acme"]);
      const [a, b] = [await client("a"), await client("b", { user: "ben" })];
      const [c, d] = [await client("c", { user: "carl" }), await client("d", { user: "dora" })];
      await a.insert("tasks", "shared", { title: "of a" }, "acme");
      await a.insert("notes", "note", { title: "of a" }, "acme");
      await sendFirst(a);
      await a.update("tasks", "shared", { title: "edited" }, "acme");
      await c.insert("tasks", "own", { title: "of c" });
      for (const one of [a, b, c, d]) {
        await one.push();
        await one.pull();
      }
      await b.pull();
      expect((await b.all("tasks")).get("shared")).toMatchObject({ title: "edited" });
      await b.update("tasks", "shared", { note: "of b" }, "acme");
      await b.push();
      await a.pull();
      expect((await a.all("tasks")).get("shared")).toMatchObject({ title: "edited", note: "of b" });
      expect([...(await c.all("tasks")).keys()]).toEqual(["own"]);
      auth.memberships.set("carl", ["acme"]);
      auth.memberships.set("ben", []);
      nowAheadMs += CACHE_MS;
      await a.update("tasks", "shared", { title: "later" }, "acme");
      await a.push();
      for (const one of [b, c]) await one.pull();
      expect((await c.all("tasks")).get("shared")).toMatchObject({ title: "later", note: "of b" });
      expect((await c.all("notes")).get("note")).toMatchObject({ title: "of a" });
      expect((await b.all("tasks")).get("shared")).toMatchObject({ title: "edited" });
      // Who left may write nothing there: he is told so, or, where he does not say whose it is, it is his own.
      await b.update("tasks", "shared", { title: "intruder" }, "acme");
      expect(await b.push()).toBe(kind === "older" ? 200 : 403);
      await b.insert("tasks", "own", { title: "of b" });
      expect(await b.push()).toBe(200);
      await d.pull();
      expect((await d.all("tasks")).size).toBe(0);
      for (const one of [a, c]) {
        await one.pull();
        expect((await one.all("tasks")).get("shared")).toMatchObject({ title: "later" });
      }
    });
  });
}
