// A device whose copy differs from the server's: the digests tell, and it is read anew, once.

import { type ClientEvent, collection, type LocalStore } from "@syncline/client";
import { createWorld } from "@syncline/client/testing";
import type { WireChange } from "@syncline/core";
import { expect, test } from "vitest";
import { changed } from "./planted-bug.ts";

type PageToApply = Parameters<LocalStore["apply"]>[0];

const COLLECTIONS = { items: collection<{ title: string }>() };

/** What becomes of the changes of a page on their way into the copy. */
const DAMAGES: readonly (readonly [
  what: string,
  damage: (changes: readonly WireChange[]) => readonly WireChange[],
])[] = [
  ["lost a record", (changes) => changes.slice(1)],
  ["has a record that nobody wrote", ([first, ...rest]) => doubled(first, rest)],
  [
    "kept another state of a record",
    ([first, ...rest]) =>
      first === undefined || "gone" in first
        ? rest
        : [{ ...first, stamp: first.stamp - 1, fields: { title: "stale" } }, ...rest],
  ],
];

function doubled(first: WireChange | undefined, rest: readonly WireChange[]): WireChange[] {
  return first === undefined ? [] : [{ ...first, id: "nobody" }, first, ...rest];
}

function damagedOnce(store: LocalStore, damage: (page: PageToApply) => PageToApply): LocalStore {
  let done = false;
  return changed<LocalStore>(store, {
    apply: async (page) => {
      if (done || page.changes.length === 0) return await store.apply(page);
      done = true;
      return await store.apply(damage(page));
    },
  });
}

test.each(
  DAMAGES.flatMap(([what, damage]) => [
    { what, damage, live: true },
    { what, damage, live: false },
  ]),
)("[G5] a copy that $what is found and read anew (live: $live)", async ({ damage, live }) => {
  const events: ClientEvent[] = [];
  const world = await createWorld({
    seed: "repair",
    clients: 2,
    live,
    collections: COLLECTIONS,
    wrapStore: (store, device) =>
      device === 0
        ? store
        : damagedOnce(store, (page) => ({ ...page, changes: damage(page.changes) })),
    onEvent: (device, event) => void (device === 1 && events.push(event)),
  });
  const [writer, reader] = world.clients;
  for (const title of ["a", "b", "c"]) {
    await writer?.client.collections.items.insert({ id: title, title }).local;
    await world.converged();
  }
  const rows = await reader?.client.collections.items.query();
  expect(rows?.map(({ title }) => title).sort()).toEqual(["a", "b", "c"]);
  const mismatches = events.filter(({ type }) => type === "digest_mismatch");
  expect(mismatches).toMatchObject([{ collections: ["items"] }]);
  await world.close();
});
