// Places for ids: each id has a number, the next one when it is new. UUIDs, which nearly all are, take 16 bytes and no object.

import { randomBytes } from "node:crypto";

export interface EntryIndex {
  /** How many ids it knows. */
  readonly count: number;
  /** About how much memory it takes. */
  readonly bytes: number;
  /** The place of an id; -1 where it has none. */
  find(id: string): number;
  /** The place of an id, a new one where it has none. */
  place(id: string): number;
}

/** Ids are chosen by clients: nobody may know which of them meet in one slot. */
const SEED = randomBytes(4).readUInt32LE();
const WORDS = 4;
const SLOTS_PER_ID = 2;
const BYTES_OF_TEXT = 120;
const NONE = -1;
const DASH = 45;
const LENGTH = 36;

export function createEntryIndex(): EntryIndex {
  /** Four words of each place's UUID; of a place with another id they are not used. */
  let words = new Uint32Array(64 * WORDS);
  /** Places, one more than they are; 0 is empty. */
  let slots = new Uint32Array(64 * SLOTS_PER_ID);
  const texts = new Map<string, number>();
  let count = 0;
  const asked = new Uint32Array(WORDS);

  /** The slot of the UUID in `asked`, or the empty one where it belongs. */
  function slotOf(): number {
    const mask = slots.length - 1;
    let slot = hashOf(asked, 0) & mask;
    for (;;) {
      const place = (slots[slot] ?? 0) - 1;
      if (place === NONE || isAt(place)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  function isAt(place: number): boolean {
    const from = place * WORDS;
    for (let word = 0; word < WORDS; word += 1)
      if (words[from + word] !== asked[word]) return false;
    return true;
  }

  function grow(): void {
    const more = new Uint32Array(words.length * 2);
    more.set(words);
    words = more;
    const old = slots;
    slots = new Uint32Array(old.length * 2);
    const mask = slots.length - 1;
    for (const place of old) {
      if (place === 0) continue;
      let slot = hashOf(words, (place - 1) * WORDS) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place;
    }
  }

  return {
    get count() {
      return count;
    },
    get bytes() {
      return words.byteLength + slots.byteLength + texts.size * BYTES_OF_TEXT;
    },
    find(id) {
      if (!readUuid(id, asked)) return texts.get(id) ?? NONE;
      return (slots[slotOf()] ?? 0) - 1;
    },
    place(id) {
      const isUuid = readUuid(id, asked);
      const known = isUuid ? (slots[slotOf()] ?? 0) - 1 : (texts.get(id) ?? NONE);
      if (known !== NONE) return known;
      if ((count + 1) * WORDS > words.length) grow();
      const place = count;
      count += 1;
      if (isUuid) {
        words.set(asked, place * WORDS);
        slots[slotOf()] = place + 1;
      } else texts.set(id, place);
      return place;
    },
  };
}

function hashOf(from: Uint32Array, start: number): number {
  let hash = SEED;
  for (let word = start; word < start + WORDS; word += 1) {
    hash = Math.imul(hash ^ (from[word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** Reads a UUID as it is usually written, in lower case; false for any other text. */
function readUuid(text: string, into: Uint32Array): boolean {
  if (text.length !== LENGTH) return false;
  let word = 0;
  let digits = 0;
  for (let at = 0; at < LENGTH; at += 1) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== DASH) return false;
      continue;
    }
    if (code >= 48 && code <= 57) word = (word << 4) | (code - 48);
    else if (code >= 97 && code <= 102) word = (word << 4) | (code - 87);
    else return false;
    digits += 1;
    if ((digits & 7) === 0) into[(digits >> 3) - 1] = word;
  }
  return true;
}
