// The answer to reading and to pushing: the history, whole as the original gives it, or what is new.

import type { Answer, Call, Places } from "../../protocol/port.ts";
import { formOf } from "./caller.ts";
import type { SimpleContext } from "./context.ts";
import { type Form, textInForm, type WrittenEvent } from "./event.ts";
import { type HistoryPart, type Place, parsePlace, placeToText, readHistory } from "./history.ts";
import { Refusal } from "./refusal.ts";

const DAY_S = 86_400;
/** An answer of so many events, or characters, is long. */
const EVENTS = 5_000;
const UNITS = 4 * 1024 * 1024;
/** What a client is told besides the events: where it is now, and whether there is more. */
const PLACE_HEADER = "syncline-place";
const MORE_HEADER = "syncline-more";

interface Asked {
  readonly since: Place | undefined;
  readonly limit: number | undefined;
  readonly fromTimestamp: number;
  readonly lines: boolean;
}

/**
 * Answers with the history. `since` takes a place that an earlier answer named in `ETag`; `limit` bounds the events;
 * `Accept: application/x-ndjson` gives one a line. A client that says none of this gets all in one list.
 */
export async function answerEvents(call: Call, context: SimpleContext): Promise<Answer> {
  const form = formOf(call);
  const asked = read(call, form, context.now());
  const admitted = await context.admit(call.principal, "read");
  const { since, limit } = asked;
  // The older form's servers kept a list; the newer one's ask their database for it by time.
  const isByTime = form === "modern" && since === undefined && limit === undefined;
  const parts = isByTime
    ? context.timeline.read(admitted)
    : readHistory(context.engine, admitted, since, { limit: limit && Math.min(limit, EVENTS) });
  const first = await begin(parts);
  const write = (event: WrittenEvent) => textInForm(event, form);
  const keep = ({ timestamp }: WrittenEvent) => timestamp >= asked.fromTimestamp;
  const { events, more, end, place } = first;
  const isPart = limit !== undefined && more;
  const reached = placeToText(isPart ? place : end);
  const tag = `"${reached}"`;
  const headers = { etag: tag, [PLACE_HEADER]: reached, [MORE_HEADER]: String(isPart) };
  const type = asked.lines ? "application/x-ndjson" : "application/json; charset=utf-8";
  if (call.method === "GET" && call.header("if-none-match") === tag)
    return { status: 304, headers };
  if (!more || isPart) {
    const texts = events.filter(keep).map(write);
    const body = asked.lines ? texts.map((one) => `${one}\n`).join("") : `[${texts.join(",")}]`;
    return { headers, type, body };
  }
  const pieces = piecesOf(first, parts, asked.lines, (event) =>
    keep(event) ? write(event) : undefined,
  );
  return {
    headers,
    type,
    stream: {
      places: PLACES,
      async write(sink) {
        for await (const piece of pieces) if (!sink.send(piece) || !(await sink.room())) return;
      },
    },
  };
}

/** The beginning of a history: all that an answer has at once. What is longer is streamed. */
async function begin(parts: AsyncIterator<HistoryPart, void>): Promise<HistoryPart> {
  const events: WrittenEvent[] = [];
  let units = 0;
  let last: HistoryPart | undefined;
  while (last === undefined || (last.more && events.length < EVENTS && units < UNITS)) {
    const { value } = await parts.next();
    if (value === undefined) break; // as many as were asked for
    last = value;
    for (const event of last.events) {
      events.push(event);
      units += event.text.length;
    }
  }
  if (last === undefined) throw new Refusal(500, "Internal server error");
  return { ...last, events };
}

/** Long histories that are read at once. */
const PLACES: Places = { kind: "histories of simple", all: 512, ofUser: 16 };

/** The text of a long history, piece by piece, as fast as it is taken. */
async function* piecesOf(
  first: HistoryPart,
  rest: AsyncIterable<HistoryPart>,
  lines: boolean,
  write: (event: WrittenEvent) => string | undefined,
): AsyncGenerator<string> {
  let begun = false;
  const pieceOf = ({ events }: HistoryPart) => {
    const texts = events.map(write).filter((text) => text !== undefined);
    if (lines) return texts.map((text) => `${text}\n`).join("");
    if (texts.length === 0) return "";
    const piece = (begun ? "," : "") + texts.join(",");
    begun = true;
    return piece;
  };
  yield (lines ? "" : "[") + pieceOf(first);
  for await (const part of rest) {
    const piece = pieceOf(part);
    if (piece !== "") yield piece;
  }
  if (!lines) yield "]";
}

function read({ search: query, header }: Call, form: Form, nowMs: number): Asked {
  const since = query.get("since");
  const limit = query.get("limit");
  if (limit !== null && !/^[1-9]\d{0,4}$/.test(limit))
    throw new Refusal(400, "Invalid limit parameter");
  const from = (form === "legacy" && query.get("fromTimestamp")) || "";
  const fromTimestamp = Number(from);
  const isTime = from === "" || (/^\d{1,15}$/.test(from) && fromTimestamp !== 0);
  if (!isTime || fromTimestamp > Math.floor(nowMs / 1000) + DAY_S)
    throw new Refusal(400, "Invalid timestamp parameter");
  return {
    since: since === null ? undefined : parsePlace(since),
    limit: limit === null ? undefined : Number(limit),
    fromTimestamp,
    lines: header("accept")?.includes("application/x-ndjson") === true,
  };
}
