// What is at hand of those who were here lately: as much as fits, who was not here longest goes first.

import { personalSpace, spaceToText } from "@syncline/core";
import type { Admitted, Engine } from "@syncline/server";
import { kansoApp } from "./app.ts";
import { createEntryRows, type EntryRows } from "./entry-rows.ts";
import { createLanes } from "./lanes.ts";
import { createPerson, type Person } from "./person.ts";

/** What can be brought up to date, and takes memory. */
interface Held {
  readonly bytes: number;
  refresh(engine: Engine, admitted: Admitted): Promise<void>;
}

export interface Shelf<Item extends Held> {
  /** Somebody's item, up to date. */
  of(engine: Engine, admitted: Admitted): Promise<Item>;
  /** Keeps nothing of a space any more. */
  forget(space: string): void;
  /** About how much memory all of them take. */
  readonly bytes: number;
  readonly size: number;
}

/** What is known of people between requests, shared by the REST interface and the streak worker. */
export interface Views {
  readonly people: Shelf<Person>;
  readonly entries: Shelf<EntryRows>;
  /** Keeps nothing of a person any more. */
  forget(userId: string): void;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface ViewsOptions {
  /** Milliseconds since 1970; the system's clock where left out. */
  readonly now?: () => number;
  /** How much memory people's habits and statistics may take: 400 kB for a year of 20 habits. 256 MiB where left out. */
  readonly maxBytes?: number;
}

const MIB = 1024 * 1024;
const MAX_BYTES = 256 * MIB;
/** Lists and feeds of entries are read now and then; devices read them from where they were. */
const MAX_ENTRY_BYTES = 64 * MIB;
/** People whose years are read at once: one with very many entries holds nobody up, and fifty do not all wait for the last. */
const LANES = 4;

/** One for a server: `createKanso({ views })` and `streakConsumer({ views })`. */
export function createViews({ now = Date.now, maxBytes = MAX_BYTES }: ViewsOptions = {}): Views {
  const lanes = createLanes(LANES);
  const people = createShelf(() => createPerson(now, lanes), maxBytes);
  const entries = createShelf(createEntryRows, MAX_ENTRY_BYTES);
  return {
    people,
    entries,
    forget(userId) {
      const space = spaceToText({ app: kansoApp.name, name: personalSpace(userId) });
      people.forget(space);
      entries.forget(space);
    },
    now,
  };
}

export function createShelf<Item extends Held>(make: () => Item, maxBytes: number): Shelf<Item> {
  /** The last used stand last. */
  const held = new Map<string, { readonly item: Item; bytes: number }>();
  let total = 0;

  function makeRoom(): void {
    for (const [space, { bytes }] of held) {
      if (total <= maxBytes || held.size === 1) return;
      held.delete(space);
      total -= bytes;
    }
  }

  return {
    async of(engine, admitted) {
      const { space } = admitted;
      const place = held.get(space) ?? { item: make(), bytes: 0 };
      held.delete(space);
      held.set(space, place);
      try {
        await place.item.refresh(engine, admitted);
      } finally {
        // It may have been put away meanwhile: then it is nobody's any more.
        if (held.get(space) === place) {
          const { bytes } = place.item;
          total += bytes - place.bytes;
          place.bytes = bytes;
          makeRoom();
        }
      }
      return place.item;
    },
    forget(space) {
      total -= held.get(space)?.bytes ?? 0;
      held.delete(space);
    },
    get bytes() {
      return total;
    },
    get size() {
      return held.size;
    },
  };
}
