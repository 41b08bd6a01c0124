// History and diff as the app reads them: typed, in one list, worked out once for each event.

import { createDerived, type Observable } from "../query/observable.ts";
import { type EventSchemas, readPayload, type SimpleEvent, type TypedEvent } from "./event.ts";
import type { Local } from "./local.ts";

/** @param schemas of the actions that the app knows; undefined: all but the server's own, with whatever JSON they have */
export function createTypedEvents<Events extends EventSchemas>(
  schemas: Events | undefined,
  { history, diff }: Pick<Local, "history" | "diff">,
  onError: (thrown: unknown) => void,
): Observable<readonly TypedEvent<Events>[]> {
  type Typed = TypedEvent<Events>;
  const settled = new WeakMap<SimpleEvent, Typed | null>();
  const pending = new WeakMap<SimpleEvent, Typed | null>();
  let from: readonly [readonly SimpleEvent[], readonly SimpleEvent[]] | undefined;

  function read(event: SimpleEvent, isPending: boolean): Typed | null {
    const cache = isPending ? pending : settled;
    const held = cache.get(event);
    if (held !== undefined) return held;
    const typed = toTyped(event, isPending);
    cache.set(event, typed);
    return typed;
  }

  function toTyped(event: SimpleEvent, isPending: boolean): Typed | null {
    const { action } = event;
    const isKnown =
      schemas === undefined ? !action.startsWith(".") : Object.hasOwn(schemas, action);
    if (!isKnown) return null;
    const payload = readPayload(schemas?.[action], event.payload);
    if (payload === undefined) return null;
    // The action is one of the map's, and the payload what its schema gave.
    return Object.freeze({ ...event, payload: payload.value, pending: isPending }) as Typed;
  }

  return createDerived<readonly Typed[]>({
    initial: [],
    start(update) {
      const ends = [history.subscribe(update), diff.subscribe(update)];
      // What came while nobody listened.
      update();
      return () => {
        for (const end of ends) end();
      };
    },
    read(before) {
      const now = [history.getSnapshot(), diff.getSnapshot()] as const;
      if (from !== undefined && from[0] === now[0] && from[1] === now[1]) return before;
      from = now;
      const inHistory = new Set(now[0].map(({ uuid }) => uuid));
      return [
        ...now[0].map((event) => read(event, false)),
        // An event is in both for a moment, when the history has just brought it.
        ...now[1].map((event) => (inHistory.has(event.uuid) ? null : read(event, true))),
      ].filter((event) => event !== null);
    },
    onError,
  });
}
