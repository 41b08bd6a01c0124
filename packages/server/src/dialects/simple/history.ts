// The authoritative history: every event in the order in which it was accepted.

import type { Admitted, Engine } from "../../engine/contract.ts";
import { textToEvent, type WrittenEvent } from "./event.ts";
import { Refusal } from "./refusal.ts";

/** Small pieces: larger texts come from the kernel each time that they are made, which costs more than reading them (decision 073). */
const PIECE_RECORDS = 400;
const PIECE_BYTES = 112 * 1024;

/** Where a reader is in the history: what `ETag` says and `since` takes. */
export interface Place {
  readonly epoch: string;
  readonly stamp: number;
}

const PLACE = /^([A-Za-z0-9_-]{0,64})\.([0-9a-z]{1,11})$/;

export function placeToText({ epoch, stamp }: Place): string {
  return `${epoch}.${stamp.toString(36)}`;
}

/** @throws {Refusal} 400 */
export function parsePlace(text: string): Place {
  const [, epoch, stampText = ""] = PLACE.exec(text) ?? [];
  const stamp = Number.parseInt(stampText, 36);
  if (epoch === undefined || !Number.isSafeInteger(stamp))
    throw new Refusal(400, "Invalid since parameter");
  return { epoch, stamp };
}

export interface HistoryPart {
  readonly events: readonly WrittenEvent[];
  /** After these events. */
  readonly place: Place;
  readonly more: boolean;
  /** Where the history ended when the reading began. */
  readonly end: Place;
}

/**
 * Reads the history piece by piece, up to where it ended when the reading began. A place in another history, as after a restore, is the beginning of this one.
 * @param bounds how many events at most, and up to which stamp
 */
export async function* readHistory(
  engine: Engine,
  admitted: Admitted,
  since: Place | undefined,
  {
    limit = Number.POSITIVE_INFINITY,
    upTo = Number.POSITIVE_INFINITY,
  }: { readonly limit?: number | undefined; readonly upTo?: number } = {},
): AsyncGenerator<HistoryPart> {
  let after = since?.stamp ?? 0;
  let left = limit;
  let epoch = since?.epoch;
  let end: Place | undefined;
  for (;;) {
    const page = await engine.records(admitted, {
      after,
      limit: Math.min(PIECE_RECORDS, left),
      maxBytes: PIECE_BYTES,
    });
    if (epoch !== undefined && epoch !== page.epoch && after > 0) {
      epoch = page.epoch;
      after = 0;
      continue;
    }
    epoch = page.epoch;
    end ??= { epoch, stamp: Math.min(page.head, upTo) };
    const { stamp: last } = end;
    const events = page.texts
      .map(textToEvent)
      .filter((event) => event !== undefined)
      .filter(({ stamp }) => stamp <= last);
    after = Math.min(page.stamp, last);
    left -= events.length;
    const more = after < last;
    yield { events, place: { epoch, stamp: after }, more, end };
    if (!more || left <= 0) return;
  }
}
