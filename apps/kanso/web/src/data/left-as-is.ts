// What an undo has left as it is: the client tells of it while it undoes, and whoever undoes hears it here.

import type { ClientEvent } from "@syncline/client";
import type { KansoClient } from "./open.ts";

export type LeftAsIs = Extract<ClientEvent, { type: "not_undone" }>;
type Listener = (left: LeftAsIs) => void;

const listeners = new WeakMap<object, Set<Listener>>();

function listenersOf({ history }: Pick<KansoClient, "history">): Set<Listener> {
  const held = listeners.get(history) ?? new Set();
  listeners.set(history, held);
  return held;
}

/** Passes on what a client has told. */
export function tellLeftAsIs(client: Pick<KansoClient, "history">, left: LeftAsIs): void {
  for (const listener of listenersOf(client)) listener(left);
}

/** @returns ends it */
export function watchLeftAsIs(
  client: Pick<KansoClient, "history">,
  listener: Listener,
): () => void {
  const all = listenersOf(client);
  all.add(listener);
  return () => void all.delete(listener);
}
