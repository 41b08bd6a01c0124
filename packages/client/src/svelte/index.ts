// @syncline/client/svelte: anything of a client that changes, as a Svelte store.

import type { Observable } from "../index.ts";

/** What Svelte takes as a store: `$` in a component reads it. */
export interface LiveStore<Value> {
  /** Calls back with the value now, and after each change, until the function that it gives is called. */
  subscribe(run: (value: Value) => void): () => void;
}

/**
 * A live query, a status, an inbox: as a store.
 *
 * ```svelte
 * <script>
 *   import { live } from "@syncline/client/svelte";
 *   const open = live(client.collections.todos.live({ where: { done: false } }));
 * </script>
 * {#each $open.rows as todo (todo.id)}<li>{todo.title}</li>{/each}
 * ```
 *
 * With runes: `const list = fromStore(live(…))` of `svelte/store`, then `list.current`. A query that depends on a rune is
 * `const list = $derived(live(todos.live({ where: { listId } })))`, then `$list`.
 */
export function live<Value>(observable: Observable<Value>): LiveStore<Value> {
  return {
    subscribe(run) {
      const stop = observable.subscribe(() => run(observable.getSnapshot()));
      run(observable.getSnapshot());
      return stop;
    },
  };
}
