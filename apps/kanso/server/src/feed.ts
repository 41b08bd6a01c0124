// The delta feeds: what was written after a cursor that looks like a time and is the stamp of a commit.

import { type Moment, parseMoment } from "@syncline/kanso-domain";
import { refusal } from "./refusal.ts";
import { stampText, textStamp } from "./stamps.ts";

/** What a first reading of nothing is answered with: a time before all others. */
const BEGINNING = "0001-01-01T00:00:00Z";

export interface Feed<Item> {
  readonly items: readonly Item[];
  /** The next cursor. */
  readonly timestamp: string;
}

/**
 * What follows a cursor, in the order of its commits.
 * @param head the last stamp that was looked at: a cursor beyond it is taken back to it, so that nothing is missed
 * @throws {Refusal} 400 with `message` for a cursor that is no time
 */
export function readFeed<Item>(
  all: Iterable<Item>,
  stampOf: (item: Item) => number,
  {
    cursor,
    head,
    message,
  }: {
    readonly cursor: string | undefined;
    readonly head: number;
    readonly message: string;
  },
): Feed<Item> {
  const asked = readCursor(cursor, message);
  const after = asked === undefined ? -1 : textStamp(asked.text);
  const items = [...all]
    .filter((item) => stampOf(item) > after)
    .sort((a, b) => stampOf(a) - stampOf(b));
  const last = items.at(-1);
  if (last !== undefined) return { items, timestamp: stampText(stampOf(last)) };
  if (asked === undefined) return { items, timestamp: BEGINNING };
  return { items, timestamp: after > head ? stampText(head) : asked.text };
}

function readCursor(text: string | undefined, message: string): Moment | undefined {
  if (text === undefined || text === "") return undefined;
  const moment = parseMoment(text);
  if (moment === undefined) throw refusal(400, message);
  return moment;
}
