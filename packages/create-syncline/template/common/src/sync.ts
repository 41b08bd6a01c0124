// The app's data: what it consists of, and how it is opened for a person.

import { collection, openClient } from "@syncline/client";
import { openIndexedDbStore } from "@syncline/client/indexeddb";
import { token } from "./session.ts";

export interface Todo {
  title: string;
  done: boolean;
  createdAt: number;
}

/** An index makes a list fast to open, however long it gets. */
export const collections = { todos: collection<Todo>({ indexes: ["createdAt"] }) };

/** Opens what the device has of a person's data; it works at once, with or without a network. */
export async function open(userId: string) {
  return await openClient({
    url: location.origin,
    app: "__NAME__",
    userId,
    token,
    store: await openIndexedDbStore({ name: `__NAME__-${userId}`, onOutdated: () => location.reload() }),
    collections,
  });
}

export type Client = Awaited<ReturnType<typeof open>>;

/** How the device stands to the server, in words. */
export function statusText({ phase, reason, pending }: ReturnType<Client["status"]["getSnapshot"]>): string {
  const waiting = pending === 0 ? "all saved" : `${pending} to send`;
  switch (phase) {
    case "live":
    case "polling":
      return `Up to date, ${waiting}`;
    case "offline":
      return `Offline, ${waiting}`;
    case "needs-auth":
      return "Sign in again to send your changes";
    case "blocked":
      return reason?.message ?? "The server refuses this device";
    case "incompatible":
      return "Reload to get the new version";
    default:
      return "Connecting";
  }
}
