// @syncline/client/vue: anything of a client that changes, as a Vue ref.

import { type MaybeRefOrGetter, type ShallowRef, shallowRef, toValue, watch } from "vue";
import type { Observable } from "../index.ts";

/**
 * A live query, a status, an inbox: as a ref that is kept up for as long as the component, or scope, is there.
 *
 * ```ts
 * const todos = useLive(() => client.collections.todos.live({ where: { listId: props.listId } }));
 * ```
 *
 * @param source where it depends on refs or props: a function of them, which is asked again when they change
 */
export function useLive<Value>(
  source: MaybeRefOrGetter<Observable<Value>>,
): Readonly<ShallowRef<Value>> {
  const value = shallowRef(toValue(source).getSnapshot()) as ShallowRef<Value>;
  watch(
    () => toValue(source),
    (observable, _before, onCleanup) => {
      const show = () => {
        value.value = observable.getSnapshot();
      };
      onCleanup(observable.subscribe(show));
      show();
    },
    // Without `immediate` it would miss what changes before the component is there.
    { immediate: true, flush: "sync" },
  );
  return value;
}
