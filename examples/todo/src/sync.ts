// The app's data: what it consists of, where it lives, and who the user is.

import { collection, openClient, type UnsyncedEntry } from "@syncline/client";
import { openIndexedDbStore } from "@syncline/client/indexeddb";
import { createHooks } from "@syncline/client/react";

export interface Todo {
  title: string;
  done: boolean;
  createdAt: number;
}

export const collections = { todos: collection<Todo>() };
export const { SynclineProvider, useClient, useQuery, useMutation, useSyncStatus, usePresence } =
  createHooks<typeof collections>();

/** A real app has a login here. This one takes anybody's word: `/?user=ann`. */
export const user = new URLSearchParams(location.search).get("user") ?? "me";

export async function token(): Promise<string> {
  const answer = await fetch(`/token?user=${encodeURIComponent(user)}`);
  if (!answer.ok) throw new Error("The login does not answer.");
  return await answer.text();
}

/** @param onRemoved somebody cleared the site's data while the page was open: the client is closed */
export async function open(onRemoved: (unsynced: readonly UnsyncedEntry[]) => void) {
  const store = await openIndexedDbStore({
    name: `todo-${user}`,
    onOutdated: () => location.reload(),
  });
  return await openClient({
    url: location.origin,
    app: "todo",
    userId: user,
    token,
    store,
    collections,
    onEvent(event) {
      if (event.type === "removed") onRemoved(event.unsynced);
    },
  });
}
