// The history in the order of its times, as the newer form gives it whole: what came late stands where it belongs.

import type { Admitted, Engine } from "../../engine/contract.ts";
import { timeMsOf, type WrittenEvent } from "./event.ts";
import { type HistoryPart, type Place, readHistory } from "./history.ts";

export interface Timeline {
  /** The whole history by time; of events of one time by acceptance. It is read piece by piece, as `readHistory` does. */
  read(admitted: Admitted): AsyncGenerator<HistoryPart>;
}

/** Of more late events than this, those are looked for anew with each reading. */
const MAX_KEPT = 50_000;

/** Which events came late, as far as the history was looked at. */
interface Seen {
  readonly place: Place;
  /** The latest time up to there. */
  readonly latestMs: number;
  /** Those with an earlier time than one that was accepted before them; in the order of their times. */
  readonly late: readonly WrittenEvent[];
}

/**
 * Nearly all events are accepted in the order of their times. Only those that were not are held in memory, and put
 * in where they belong while the rest goes by; they are known from the last reading, so that each event is read once.
 */
export function createTimeline(engine: Engine): Timeline {
  let known: Seen | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function look(admitted: Admitted): Promise<Seen> {
    let seen = known;
    const added: WrittenEvent[] = [];
    for await (const { events, place } of readHistory(engine, admitted, seen?.place)) {
      if (seen !== undefined && seen.place.epoch !== place.epoch) {
        // Another history, as after a restore.
        seen = undefined;
        added.length = 0;
      }
      let latestMs = seen?.latestMs ?? 0;
      for (const event of events) {
        if (timeMsOf(event) < latestMs) added.push(keptAlone(event));
        else latestMs = timeMsOf(event);
      }
      seen = { place, latestMs, late: seen?.late ?? [] };
    }
    if (seen === undefined) throw new Error("a history has a part, be it empty");
    const late = added.length === 0 ? seen.late : [...seen.late, ...added].sort(byTime);
    const now = { ...seen, late };
    known = late.length > MAX_KEPT ? undefined : now;
    return now;
  }

  return {
    async *read(admitted) {
      // One after the other: those who ask at once look once.
      const looked = turn.then(() => look(admitted));
      turn = looked.catch(() => undefined); // whoever waits for it is told
      const { place: end, late } = await looked;
      let next = 0;
      let latestMs = 0;
      for await (const part of readHistory(engine, admitted, undefined, { upTo: end.stamp })) {
        const events: WrittenEvent[] = [];
        for (const event of part.events) {
          const ms = timeMsOf(event);
          if (ms < latestMs) continue; // it is among the late ones
          latestMs = ms;
          for (let one = late[next]; one !== undefined && timeMsOf(one) < ms; one = late[next]) {
            events.push(one);
            next += 1;
          }
          events.push(event);
        }
        if (!part.more) events.push(...late.slice(next));
        yield { ...part, events };
      }
    },
  };
}

/** Its text was cut from that of a page, which would be held with it. */
function keptAlone(event: WrittenEvent): WrittenEvent {
  return { ...event, text: Buffer.from(event.text).toString() };
}

function byTime(a: WrittenEvent, b: WrittenEvent): number {
  return timeMsOf(a) - timeMsOf(b);
}
