// For tests: a collection on a device that reaches nobody.

import { type Json, SynclineError } from "@syncline/core";
import { type CollectionDefinition, type LocalStore, openClient } from "../index.ts";

export interface Thing {
  a?: Json;
  b?: Json;
  c?: Json;
}
export type ThingRow = Readonly<Thing> & { readonly id: string };

export async function openThings<Data>(store: LocalStore, things: CollectionDefinition<Data>) {
  const offline = () => Promise.reject(new SynclineError("offline"));
  return await openClient({
    app: "x",
    store,
    transport: {
      sync: offline,
      pull: offline,
      stream: () => ({ [Symbol.asyncIterator]: () => ({ next: offline }) }),
      close: async () => undefined,
    },
    autoSync: false,
    collections: { things },
  });
}
