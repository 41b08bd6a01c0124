// The device's copy: the history as far as it is known, what was made here and is not with the server, what it refused.

import { SynclineError } from "@syncline/core";
import { createSource, type Observable } from "../query/observable.ts";
import { createSerial } from "../sync/serial.ts";
import { isSameEvent, type SimpleEvent, toEvent } from "./event.ts";
import type { SimpleStore, StoredPart } from "./store/port.ts";

/** Why an event was put aside. */
export interface Refusal {
  /** The server's status; 0 when a restored server has lost an event that it had accepted. */
  readonly status: number;
  /** In the server's words. */
  readonly reason: string;
}

/** An event of this device that the server did not take. */
export interface RefusedEvent extends Refusal {
  readonly event: SimpleEvent;
}

/** Where the reading is, and what was read since the place before. */
export interface HistoryPage {
  readonly events: readonly SimpleEvent[];
  readonly place: string;
}

export interface Local {
  readonly history: Observable<readonly SimpleEvent[]>;
  readonly diff: Observable<readonly SimpleEvent[]>;
  readonly refused: Observable<readonly RefusedEvent[]>;
  /** Where the server's history was read to; undefined before the first time. */
  place(): string | undefined;
  /** Counts how often the history was begun anew. */
  generation(): number;
  append(event: SimpleEvent): Promise<void>;
  /** Looks at what other tabs made or put aside. */
  refresh(): Promise<void>;
  apply(page: HistoryPage): Promise<void>;
  putAside(event: SimpleEvent, refusal: Refusal): Promise<void>;
  /** Puts a refused event back into the diff, as another one where that is given. False: there is none. */
  putBack(uuid: string, renewed?: (event: SimpleEvent) => SimpleEvent): Promise<boolean>;
  discard(uuid: string): Promise<boolean>;
  /** After everything that was begun. */
  close(): Promise<void>;
}

const USER = "user";
const PLACE = "place";
const HISTORY = "history/";
const DIFF = "diff/";
const REFUSED = "refused/";

const REPLACED: Refusal = {
  status: 0,
  reason: "The server was restored, and does not have this event any more.",
};

interface Entry {
  readonly key: string;
  readonly event: SimpleEvent;
}

/**
 * Opens the copy of one user.
 * @param onError told when a listener throws
 * @throws {SynclineError} `forbidden` when the store is another user's; what the store says
 */
export async function openLocal(
  store: SimpleStore,
  user: string,
  onError: (thrown: unknown) => void,
): Promise<Local> {
  const owner = (await store.load(USER))[0]?.text;
  if (owner === undefined) await store.save({ put: [{ key: USER, text: user }] });
  else if (owner !== user)
    throw new SynclineError("forbidden", "This is the data of another user: open another store.", {
      path: "store",
    });
  let place = (await store.load(PLACE))[0]?.text;
  const history = createSource<readonly SimpleEvent[]>(
    (await store.load(HISTORY)).map(eventOf),
    onError,
  );
  const diff = createSource<readonly SimpleEvent[]>([], onError);
  const refused = createSource<readonly RefusedEvent[]>([], onError);
  let known = new Map(history.getSnapshot().map((event) => [event.uuid, event]));
  let entries: readonly Entry[] = [];
  let number = 0;
  let generation = 0;
  const serial = createSerial();

  function setEntries(next: readonly Entry[]): void {
    const same =
      next.length === entries.length && next.every(({ key }, at) => key === entries[at]?.key);
    if (same) return;
    entries = next;
    diff.set(next.map(({ event }) => event));
  }

  function setRefused(next: readonly RefusedEvent[]): void {
    const held = refused.getSnapshot();
    const same =
      next.length === held.length &&
      next.every(({ event, status }, at) => {
        const other = held[at];
        return other !== undefined && status === other.status && isSameEvent(event, other.event);
      });
    if (!same) refused.set(next);
  }

  async function refresh(): Promise<void> {
    const parts = await store.load(DIFF);
    setEntries(parts.map((part) => ({ key: part.key, event: eventOf(part) })));
    number = Math.max(number, ...parts.map(({ key }) => numberOf(key)));
    setRefused((await store.load(REFUSED)).map(refusedOf));
  }

  function newEntry(event: SimpleEvent): Entry {
    number += 1;
    return { key: `${DIFF}${String(number).padStart(12, "0")}/${event.uuid}`, event };
  }

  const isKnown = (event: SimpleEvent) => {
    const held = known.get(event.uuid);
    return held !== undefined && isSameEvent(held, event);
  };

  async function apply(page: HistoryPage): Promise<void> {
    const begunAnew = place !== undefined && historyName(place) !== historyName(page.place);
    const before = history.getSnapshot();
    const nextKnown = begunAnew ? new Map<string, SimpleEvent>() : known;
    const inPage = new Map(page.events.map((event) => [event.uuid, event]));
    const fresh = [...inPage.values()].filter(({ uuid }) => !nextKnown.has(uuid));
    if (fresh.length === 0 && page.place === place && !entries.some(({ event }) => isKnown(event)))
      return;
    const arrived = (event: SimpleEvent) => {
      const held = inPage.get(event.uuid) ?? nextKnown.get(event.uuid);
      return held !== undefined && isSameEvent(held, event);
    };
    // What the server had once and has lost is the person's to send again, or not.
    const lost = begunAnew ? before.filter((event) => isOwn(event, user) && !arrived(event)) : [];
    const gone = entries.filter(({ event }) => arrived(event));
    const there = refused.getSnapshot().filter(({ event }) => arrived(event));
    const aside = lost.map((event): RefusedEvent => ({ event, ...REPLACED }));
    const from = begunAnew ? 0 : before.length;
    await store.save({
      ...(begunAnew ? { drop: HISTORY } : {}),
      remove: [...gone.map(({ key }) => key), ...there.map(({ event }) => REFUSED + event.uuid)],
      put: [
        { key: PLACE, text: page.place },
        ...fresh.map((event, at) => ({
          key: HISTORY + String(from + at).padStart(12, "0"),
          text: JSON.stringify(event),
        })),
        ...aside.map(refusedPart),
      ],
    });
    known = nextKnown;
    for (const event of fresh) known.set(event.uuid, event);
    place = page.place;
    if (begunAnew) generation += 1;
    if (begunAnew || fresh.length > 0) history.set([...(begunAnew ? [] : before), ...fresh]);
    setEntries(entries.filter((entry) => !gone.includes(entry)));
    setRefused([...refused.getSnapshot().filter((one) => !there.includes(one)), ...aside]);
  }

  async function moveAside(event: SimpleEvent, refusal: Refusal): Promise<void> {
    const one: RefusedEvent = { event, ...refusal };
    const gone = entries.filter((entry) => entry.event.uuid === event.uuid);
    await store.save({ remove: gone.map(({ key }) => key), put: [refusedPart(one)] });
    setEntries(entries.filter((entry) => !gone.includes(entry)));
    const rest = refused.getSnapshot().filter((other) => other.event.uuid !== event.uuid);
    setRefused([...rest, one]);
  }

  /** Takes a refused event away, and puts another one into the diff in the same save. */
  async function takeAway(
    uuid: string,
    again?: (event: SimpleEvent) => SimpleEvent,
  ): Promise<boolean> {
    const held = refused.getSnapshot().find(({ event }) => event.uuid === uuid);
    if (held === undefined) return false;
    const entry = again === undefined ? undefined : newEntry(again(held.event));
    await store.save({
      remove: [REFUSED + uuid],
      put: entry === undefined ? [] : [entryPart(entry)],
    });
    setRefused(refused.getSnapshot().filter((one) => one !== held));
    if (entry !== undefined) setEntries([...entries, entry]);
    return true;
  }

  await refresh();
  return {
    history,
    diff,
    refused,
    place: () => place,
    generation: () => generation,
    append: (event) =>
      serial.run(async () => {
        const entry = newEntry(event);
        await store.save({ put: [entryPart(entry)] });
        setEntries([...entries, entry]);
      }),
    refresh: () => serial.run(refresh),
    apply: (page) => serial.run(() => apply(page)),
    putAside: (event, refusal) => serial.run(() => moveAside(event, refusal)),
    putBack: (uuid, renewed = (event) => event) => serial.run(() => takeAway(uuid, renewed)),
    discard: (uuid) => serial.run(() => takeAway(uuid)),
    async close() {
      await serial.idle();
      await store.close();
    },
  };
}

/** A place is the name of a history, a dot, and how far it was read. */
function historyName(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf(".")));
}

/** What the server itself notes in somebody's name is no event of theirs. */
function isOwn({ user, action }: SimpleEvent, own: string): boolean {
  return user === own && !action.startsWith(".");
}

function entryPart({ key, event }: Entry): StoredPart {
  return { key, text: JSON.stringify(event) };
}

function refusedPart(refused: RefusedEvent): StoredPart {
  return { key: REFUSED + refused.event.uuid, text: JSON.stringify(refused) };
}

function numberOf(key: string): number {
  return Number.parseInt(key.slice(DIFF.length), 10);
}

function eventOf({ text }: StoredPart): SimpleEvent {
  const event = toEvent(parsed(text));
  if (event === undefined) throw damaged();
  return event;
}

function refusedOf({ text }: StoredPart): RefusedEvent {
  const value = parsed(text);
  const given: { readonly [name: string]: unknown } =
    typeof value === "object" && value !== null ? { ...value } : {};
  const event = toEvent(given["event"]);
  const { status, reason } = given;
  if (event === undefined || typeof status !== "number" || typeof reason !== "string")
    throw damaged();
  return { event, status, reason };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw damaged(thrown);
  }
}

function damaged(cause?: unknown): SynclineError {
  return new SynclineError("database_corrupt", "What this device kept cannot be read.", { cause });
}
