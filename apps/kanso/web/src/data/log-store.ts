// The logs of all habits, kept up to date habit by habit: a change costs what one habit costs, not what all entries do.

import {
  type Day,
  type Entry,
  type Habit,
  type HabitLog,
  type LoggedDay,
  logsOf,
} from "@syncline/kanso-domain";
import { createLogCache, type LogCache } from "./log-cache.ts";
import type { KansoClient } from "./open.ts";
import { createSource, type Source } from "./source.ts";

export const EMPTY_LOG: HabitLog = new Map();

export interface Logs {
  /** It was looked for what was kept of the last time: what is not known now takes a while. */
  readonly begun: boolean;
  /** All habits are known. */
  readonly ready: boolean;
  /** Whether a habit's log is what was kept of it or what was read, and not empty because neither is there yet. */
  isKnown(habitId: string): boolean;
  /** The same object as long as nothing about the habit has changed. */
  logOf(habitId: string): HabitLog;
  /** The entries of a habit, the same list as long as none of them has changed; undefined until they were read. */
  entriesOf(habitId: string): readonly Entry[] | undefined;
}

interface Where {
  readonly zone: string;
  readonly dayStartHour: number;
}

export interface LogStore extends Source<Logs> {
  /** Entries that say no day count for the day that it was here. */
  turnTo(where: Where): void;
  /**
   * What is being written: from now on what is kept does not hold, and for as long as the entries are not read yet it
   * is on the screen at once.
   */
  expect(habitId: string, day: Day, change: (held: LoggedDay) => LoggedDay | undefined): void;
}

interface Watched {
  readonly end: () => void;
  /** Undefined until they were read. */
  entries: readonly Entry[] | undefined;
}

type Data = Pick<KansoClient, "collections">;
const stores = new WeakMap<object, LogStore>();

/** One for each client; it lives as long. */
export function logStoreOf(client: Data): LogStore {
  const held = stores.get(client.collections);
  if (held !== undefined) return held;
  const made = createLogStore(client, createLogCache());
  stores.set(client.collections, made);
  return made;
}

const NOTHING: LoggedDay = { total: 0, logs: 0, skipped: false };
const KEEP_MS = 1_000;

export function createLogStore({ collections }: Data, cache: LogCache): LogStore {
  const logs = new Map<string, HabitLog>();
  const watched = new Map<string, Watched>();
  /** What the cache does not have yet. */
  const unkept = new Set<string>();
  /** Of what something is being written: a log without it is not kept. */
  const expected = new Set<string>();
  const logOf = (habitId: string) => logs.get(habitId) ?? EMPTY_LOG;
  const entriesOf = (habitId: string) => watched.get(habitId)?.entries;
  const isHabitRead = (id: string) => entriesOf(id) !== undefined;
  const isKnown = (id: string) => logs.has(id) || isHabitRead(id);
  const source = createSource<Logs>({ begun: false, ready: false, isKnown, logOf, entriesOf });
  let where: Where = { zone: "UTC", dayStartHour: 0 };
  let habitIds: readonly string[] | undefined;
  let isFirst = true;
  let isKeeping = false;
  /** The next habit is read in a moment. */
  let isGoingOn = false;

  const tell = () => {
    const ready = habitIds?.every(isKnown) === true;
    // A new object, so that whoever shows it looks again.
    source.set({ begun: true, ready, isKnown, logOf: (id) => logOf(id), entriesOf });
  };

  function put(habitId: string, log: HabitLog): boolean {
    if (logs.has(habitId) && isSameLog(logOf(habitId), log)) return false;
    logs.set(habitId, log);
    return true;
  }

  function keepSoon(habitId: string): void {
    // The page may end before it is kept.
    cache.outdate(habitId);
    unkept.add(habitId);
    if (isKeeping) return;
    isKeeping = true;
    setTimeout(() => {
      isKeeping = false;
      const there = new Set(habitIds);
      const changed = [...unkept].filter((id) => there.has(id) && !expected.has(id));
      unkept.clear();
      void cache.write(new Map(changed.map((id) => [id, logOf(id)])), there);
    }, KEEP_MS);
  }

  /** Reads what a habit's entries are now. */
  function take(habitId: string, entries: readonly Entry[]): void {
    const one = watched.get(habitId);
    if (one !== undefined) one.entries = entries;
    const isOther = put(habitId, logsOf(entries, where).get(habitId) ?? EMPTY_LOG);
    if (expected.delete(habitId) || isOther) keepSoon(habitId);
  }

  /** Watches the entries of a habit; calls back once they were read for the first time. */
  function watch(habitId: string, onRead: () => void): void {
    const live = collections.entries.live({ where: { habitId } });
    const look = () => {
      const { ready, rows } = live.getSnapshot();
      const one = watched.get(habitId);
      if (!ready || one === undefined || one.entries === rows) return;
      const isFirst = one.entries === undefined;
      const wasKnown = isKnown(habitId);
      take(habitId, rows);
      if (!isFirst || !wasKnown) tell();
      if (isFirst) onRead();
    };
    // Who has just read all entries of the device has done enough for one turn.
    const told = () => void (isHabitRead(habitId) ? look() : setTimeout(look));
    watched.set(habitId, { end: live.subscribe(told), entries: undefined });
    look();
  }

  function goOn(): void {
    if (isGoingOn) return;
    isGoingOn = true;
    setTimeout(() => {
      isGoingOn = false;
      watchNext();
    });
  }

  /** One habit after the other, each in a turn of its own. */
  function watchNext(): void {
    const next = habitIds?.find((id) => !isHabitRead(id));
    if (next === undefined) {
      // What was kept of habits that are not there any more, or of somebody else's.
      for (const id of [...logs.keys()]) {
        if (watched.has(id)) continue;
        logs.delete(id);
        keepSoon(id);
      }
      tell();
      return;
    }
    if (!watched.has(next)) watch(next, goOn);
  }

  function takeHabits(rows: readonly Habit[]): void {
    habitIds = rows.map(({ id }) => id);
    const there = new Set(habitIds);
    for (const [id, { end }] of watched) {
      if (there.has(id)) continue;
      end();
      watched.delete(id);
      logs.delete(id);
      keepSoon(id);
    }
    tell();
    if (!isGoingOn) watchNext();
  }

  function start(): void {
    const habits = collections.habits.live();
    let isBegun = false;
    const look = () => {
      const { ready, rows } = habits.getSnapshot();
      if (isBegun && ready) takeHabits(rows);
    };
    // They are read meanwhile.
    habits.subscribe(look);
    void cache.read().then((kept) => {
      for (const [id, log] of kept) if (!watched.has(id)) logs.set(id, log);
      isBegun = true;
      tell();
      look();
    });
  }

  return {
    subscribe(listener) {
      if (isFirst) start();
      isFirst = false;
      return source.subscribe(listener);
    },
    getSnapshot: source.getSnapshot,
    turnTo(next) {
      if (next.zone === where.zone && next.dayStartHour === where.dayStartHour) return;
      where = next;
      const before = new Map(logs);
      for (const [id, { entries = [] }] of watched)
        if (entries.some(isWithoutDay)) take(id, entries);
      if ([...before].some(([id, log]) => log !== logOf(id))) tell();
    },
    expect(habitId, day, change) {
      cache.outdate(habitId);
      expected.add(habitId);
      if (isHabitRead(habitId) || !isKnown(habitId)) return;
      const next = new Map(logOf(habitId));
      const changed = change(next.get(day) ?? NOTHING);
      if (changed === undefined) next.delete(day);
      else next.set(day, changed);
      logs.set(habitId, next);
      tell();
    },
  };
}

function isWithoutDay({ day }: Entry): boolean {
  return day === null;
}

/** A log that says the same stays the same object: whoever shows it need not show it anew. */
function isSameLog(one: HabitLog, other: HabitLog): boolean {
  if (one.size !== other.size) return false;
  for (const [day, { total, logs, skipped }] of one) {
    const held = other.get(day);
    if (held === undefined || held.total !== total || held.logs !== logs) return false;
    if (held.skipped !== skipped) return false;
  }
  return true;
}
