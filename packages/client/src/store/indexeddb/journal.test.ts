// Pages that end at any step: what they were asked for before they were hidden is there once, whoever opens next.

import "fake-indexeddb/auto";
import { createSeededRandom, type SeededRandom } from "@syncline/core/testing";
import { expect, it } from "vitest";
import { type DeviceStorage, type Environment, systemEnvironment } from "../../environment.ts";
import { collection, openClient } from "../../index.ts";
import type { Transport } from "../../transport/port.ts";
import type { LocalStore } from "../port.ts";
import { openIndexedDbStore } from "./index.ts";

const never = new Promise<never>(() => undefined);
const OFFLINE: Transport = {
  sync: () => Promise.reject(new Error("There is no network.")),
  pull: () => Promise.reject(new Error("There is no network.")),
  stream: () => {
    throw new Error("There is no network.");
  },
  close: async () => undefined,
};

/** The transactions that are open, to be given up as the browser does when their page ends. */
const open = new Set<IDBTransaction>();
const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...parameters) {
  const tx = transaction.apply(this, parameters);
  open.add(tx);
  tx.addEventListener("complete", () => open.delete(tx));
  tx.addEventListener("abort", () => open.delete(tx));
  return tx;
};

/** What all pages of one origin share. */
function createOrigin() {
  const texts = new Map<string, string>();
  const storage: DeviceStorage = {
    persist: async () => true,
    persisted: async () => true,
    estimate: async () => ({}),
    remembers: (name) => texts.has(name),
    remember: (name, text = "1") => void texts.set(name, text),
    forget: (name) => void texts.delete(name),
    texts: (prefix) => [...texts].filter(([name]) => name.startsWith(prefix)),
  };
  return { texts, storage };
}

type Wrap = (store: LocalStore) => LocalStore;

/** A page that ended while it was next to write is waited for: for seconds that are short here. */
const HURRY = 50;
const startMs = Date.now();

/** Opens the app in a page that can be hidden, and can end at any step. */
async function openPage(name: string, storage: DeviceStorage, wrap: Wrap) {
  const hide = new Set<() => void>();
  let ended = false;
  const environment: Environment = {
    ...systemEnvironment(),
    now: () => startMs + (Date.now() - startMs) * HURRY,
    channel: () => undefined,
    storage: () => storage,
    onHide(listener) {
      hide.add(listener);
      return () => hide.delete(listener);
    },
  };
  const opened = await openIndexedDbStore({ name, environment });
  const store = new Proxy(wrap(opened), {
    get(target, method, receiver) {
      const value: unknown = Reflect.get(target, method, receiver);
      if (typeof value !== "function") return value;
      // A page that has ended asks for nothing more, and hears of nothing more.
      return (...parameters: unknown[]) => {
        if (ended) return never;
        const result: unknown = value.apply(target, parameters);
        return result instanceof Promise
          ? result.then((answer) => (ended ? never : answer))
          : result;
      };
    },
  });
  const client = await openClient({
    app: "app",
    store,
    transport: OFFLINE,
    autoSync: false,
    environment,
    collections: { counts: collection<{ n: number }>({ policy: "counter" }) },
  });
  return {
    client,
    tap: () => client.collections.counts.update("c", { n: 1 }).local,
    hide() {
      for (const listener of hide) listener();
    },
    end() {
      ended = true;
      for (const listener of hide) listener();
    },
  };
}
type Page = Awaited<ReturnType<typeof openPage>>;

/** So many steps of whatever is under way. */
async function steps(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Taps, hides, ends and opens pages at random; gives how often was tapped, and how often that is there. */
async function runSeed(seed: number, wrap: Wrap = (store) => store) {
  const random: SeededRandom = createSeededRandom(seed);
  const { storage, texts } = createOrigin();
  const name = `pages ${seed} ${Math.random()}`;
  const first = await openPage(name, storage, wrap);
  await first.client.collections.counts.insert({ id: "c", n: 0 }).local;
  let pages: Page[] = [first];
  let tapped = 0;
  for (let round = 0; round < 6; round++) {
    for (const page of pages) {
      const taps = random.below(5);
      for (let i = 0; i < taps; i++) {
        tapped += 1;
        // A refused write is told to who made it: it is not there.
        page.tap().catch(() => {
          tapped -= 1;
        });
        await steps(random.below(4));
      }
    }
    const [page] = pages;
    if (page === undefined) break;
    await steps(random.below(13));
    page.hide();
    await steps(random.below(7));
    if (random.chance(0.6)) {
      page.end();
      pages = pages.slice(1);
      // What was not asked to be committed is given up; a browser may as well have committed it.
      if (random.chance(0.5))
        for (const tx of open)
          try {
            tx.abort();
          } catch {
            // It is committed already.
          }
    }
    // Two tabs may open at once.
    const more = await Promise.all(
      Array.from({ length: 1 + random.below(2) }, () => openPage(name, storage, wrap)),
    );
    const all = [...more, ...pages];
    for (const one of all.slice(3)) one.end();
    pages = all.slice(0, 3);
  }
  for (const page of pages) page.end();
  const last = await openPage(name, storage, wrap);
  const counted = (await last.client.collections.counts.get("c"))?.n;
  await last.client.close();
  return { tapped, counted, left: [...texts.keys()].filter((key) => key.includes("-journal")) };
}

it.each(Array.from({ length: 60 }, (_, seed) => seed))(
  "what was tapped before a page ended is there once, seed %d",
  async (seed) => {
    const { tapped, counted, left } = await runSeed(seed);
    expect({ counted, left }).toEqual({ counted: tapped, left: [] });
  },
);

it.each([
  {
    bug: "a journal is taken up twice",
    wrap: (store: LocalStore) =>
      replaced(store, {
        append: (space, drafts, clock) =>
          store.append(
            space,
            drafts.map(({ key: _key, ...draft }) => draft),
            clock,
          ),
      }),
    isFound: (tapped: number, counted = 0) => counted > tapped,
  },
  {
    bug: "a journal is never taken up",
    wrap: ({ ...store }: LocalStore) => ({ ...store, journal: undefined }),
    isFound: (tapped: number, counted = 0) => counted < tapped,
  },
])("a planted bug is caught: $bug", async ({ wrap, isFound }) => {
  for (let seed = 0; seed < 60; seed++) {
    const { tapped, counted } = await runSeed(seed, wrap);
    if (isFound(tapped, counted)) return;
  }
  expect.unreachable("60 seeds did not catch it");
});

function replaced(store: LocalStore, change: Partial<LocalStore>): LocalStore {
  return { ...store, ...change };
}
