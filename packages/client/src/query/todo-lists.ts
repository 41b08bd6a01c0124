// For tests: lists and their todos, on a device that reaches nobody.

import { SynclineError } from "@syncline/core";
import {
  type ClientEvent,
  collection,
  type LocalStore,
  openClient,
  openMemoryStore,
  type Transport,
} from "../index.ts";

const offline = () => Promise.reject(new SynclineError("offline"));
const transport: Transport = {
  sync: offline,
  pull: offline,
  // biome-ignore lint/correctness/useYield: it fails before it could
  async *stream() {
    throw new SynclineError("offline");
  },
  close: async () => undefined,
};

const COLLECTIONS = {
  lists: collection<{ name: string }>(),
  todos: collection<{ listId: string; title: string; rank: number }>({
    indexes: ["listId", ["listId", "rank"], "title"],
  }),
  loose: collection(),
};

export const TODOS = Array.from({ length: 20 }, (_, i) => ({
  id: `t${i}`,
  listId: i % 2 === 0 ? "home" : "work",
  title: `title ${i}`,
  rank: 20 - i,
}));
TODOS.push({ id: "orphan", listId: "gone", title: "orphan", rank: 0 });

/** @param store a new one in memory where left out */
export async function openLists(
  store?: LocalStore,
  onEvent: (event: ClientEvent) => void = () => {},
) {
  return await openClient({
    app: "x",
    store: store ?? (await openMemoryStore()),
    transport,
    autoSync: false,
    collections: COLLECTIONS,
    onEvent,
  });
}

/** Two lists with ten todos each, and one todo without a list. */
export async function fillLists({ collections }: Awaited<ReturnType<typeof openLists>>) {
  const { lists, todos } = collections;
  for (const id of ["home", "work"]) lists.insert({ id, name: id });
  await Promise.all(TODOS.map((todo) => todos.insert(todo).local));
}
