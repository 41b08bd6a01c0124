// What all stores do alike: check a batch, compare what has an id already, and unwrap a single outcome.

import { isSynclineError, SynclineError } from "@syncline/core";
import {
  duplicateEvent,
  type EventLimits,
  type EventTexts,
  eventToTexts,
  isSameEvent,
} from "../event/check-event.ts";
import type { Accepted, Event, StoreOutcome } from "../ports.ts";
import { IntegerVersion } from "../versions/integer.ts";

export interface EventStoreLimits {
  readonly limits?: EventLimits;
}

/** Either the texts of an event, or why it cannot be stored. */
export type Checked = EventTexts | SynclineError;

export function checkBatch(events: readonly Event[], limits: EventLimits | undefined): Checked[] {
  return events.map((event) => {
    try {
      return eventToTexts(event, limits);
    } catch (thrown) {
      if (isSynclineError(thrown)) return thrown;
      throw thrown;
    }
  });
}

/** Puts each event of a checked batch, in order. @param put gives the outcome of one event */
export function outcomesOf(
  batch: readonly Checked[],
  put: (texts: EventTexts) => StoreOutcome,
): StoreOutcome[] {
  return batch.map((checked) =>
    checked instanceof SynclineError ? { status: "rejected", error: checked } : put(checked),
  );
}

/** The outcome for an id that is there already. */
export function outcomeOfKnown(texts: EventTexts, known: EventTexts, seq: bigint): StoreOutcome {
  return isSameEvent(texts, known)
    ? { status: "duplicate", version: new IntegerVersion(seq) }
    : { status: "rejected", error: duplicateEvent(texts.id) };
}

/** The outcome of a batch of one. @throws the reason of its rejection */
export function single(outcomes: readonly StoreOutcome[]): Accepted {
  const [outcome] = outcomes;
  if (outcome === undefined) throw new SynclineError("internal", "The store gave no outcome.");
  if (outcome.status === "rejected") throw outcome.error;
  return outcome;
}

export function storeClosed(): SynclineError {
  return new SynclineError("closed", "store is closed");
}
