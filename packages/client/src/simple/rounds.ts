// One sync: what was made here goes to the server in the order in which it was made, and everything new comes back.

import { SynclineError } from "@syncline/core";
import type { SimpleEvent } from "./event.ts";
import type { ReadPage, SimpleHttp } from "./http.ts";
import type { Local } from "./local.ts";

/** What one push carries at most: well below what the server takes. */
const MAX_EVENTS = 500;
const MAX_LENGTH = 1_000_000;

/**
 * Runs until nothing is left to be sent and nothing new to be read. An event that the server refuses is put aside,
 * with its reason; the others go on. Doing it again after a lost answer does no harm.
 * @throws {SynclineError} what kept it from being done; what was done until then stays
 */
export async function syncOnce(local: Local, http: SimpleHttp, signal: AbortSignal): Promise<void> {
  await local.refresh();
  let most = MAX_EVENTS;
  for (;;) {
    if (signal.aborted) throw new SynclineError("aborted");
    const batch = take(local.diff.getSnapshot(), most);
    if (batch.length === 0) {
      await readOn(local, http, signal, await http.pull(local.place(), signal));
      if (local.diff.getSnapshot().length === 0) return;
      continue;
    }
    const pushed = await http.push(batch, local.place(), signal);
    if (!("refusal" in pushed)) {
      await readOn(local, http, signal, pushed);
      most = MAX_EVENTS;
      const left = new Set(local.diff.getSnapshot());
      if (batch.every((event) => left.has(event)))
        throw new SynclineError(
          "unavailable",
          "The server took events that it does not give back.",
        );
      if (left.size === 0) return;
      continue;
    }
    const { refusal, eventUuid } = pushed;
    const reason = batch.length === 1 ? batch[0] : batch.find(({ uuid }) => uuid === eventUuid);
    // Which of them it is shows when there are fewer.
    if (reason === undefined) most = Math.ceil(batch.length / 2);
    else await local.putAside(reason, refusal);
  }
}

async function readOn(
  local: Local,
  http: SimpleHttp,
  signal: AbortSignal,
  first: ReadPage,
): Promise<void> {
  let page = first;
  for (;;) {
    const { place } = page;
    const before = local.place();
    await local.apply(page);
    if (!page.more) return;
    if (place === before)
      throw new SynclineError("unavailable", "The server promises more and does not give it.");
    page = await http.pull(place, signal);
  }
}

function take(diff: readonly SimpleEvent[], most: number): readonly SimpleEvent[] {
  let length = 0;
  let count = 0;
  for (const { payload, item, action } of diff) {
    length += payload.length + item.length + action.length + 200;
    if (count > 0 && (count >= most || length > MAX_LENGTH)) break;
    count += 1;
  }
  return diff.slice(0, count);
}
