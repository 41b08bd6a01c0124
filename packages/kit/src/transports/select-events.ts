// A subscription to some of the events: of one aggregate, or of one type.

import type { PageHandler } from "../ports.ts";

export interface EventSelection {
  readonly aggregateId?: string;
  readonly type?: string;
}

/**
 * Hands on what is selected, for any transport's `subscribe`: a page without any of it is not handed on. The whole log
 * travels, and the place in it is kept: the selection can be another one after a break.
 */
export function selectEvents<Data>(
  { aggregateId, type }: EventSelection,
  handler: PageHandler<Data>,
): PageHandler<Data> {
  return async (page) => {
    const events = page.events.filter(
      ({ event }) =>
        (aggregateId === undefined || event.aggregateId === aggregateId) &&
        (type === undefined || event.type === type),
    );
    if (events.length > 0) await handler({ ...page, events });
  };
}
