// @syncline/client/solid: anything of a client that changes, as a Solid signal.

import { type Accessor, createMemo, createSignal, onCleanup } from "solid-js";
import type { Observable } from "../index.ts";

/**
 * A live query, a status, an inbox: as an accessor that is kept up for as long as its owner is there.
 *
 * ```ts
 * const todos = createLive(() => client.collections.todos.live({ where: { listId: props.listId } }));
 * ```
 *
 * @param source asked again when a signal that it reads has changed
 */
export function createLive<Value>(source: () => Observable<Value>): Accessor<Value> {
  const current = createMemo(() => {
    const observable = source();
    const [value, setValue] = createSignal(observable.getSnapshot());
    const show = () => setValue(() => observable.getSnapshot());
    onCleanup(observable.subscribe(show));
    show();
    return value;
  });
  return () => current()();
}
