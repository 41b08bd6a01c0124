// The same client with devtools around it. Loaded only when they are asked for.

import { createLiveTransport, openClient } from "@syncline/client";
import { createDevtools, mountDevtools } from "@syncline/client/devtools";
import { openIndexedDbStore } from "@syncline/client/indexeddb";
import { collections, token, user } from "./sync.ts";

export async function openInspected() {
  const devtools = createDevtools();
  const store = devtools.store(await openIndexedDbStore({ name: `todo-${user}` }));
  const client = await openClient({
    app: "todo",
    userId: user,
    store,
    transport: devtools.transport(
      createLiveTransport({ url: location.origin, app: "todo", token }),
    ),
    environment: devtools.environment(),
    onEvent: devtools.onEvent,
    collections,
  });
  mountDevtools(client, { devtools, store, open: true });
  return client;
}
