// Ranks: texts that put records into an order of one's own. Between any two there is room for another, so that moving
// one record changes one record; where there is none, a few neighbours are given new ranks.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = DIGITS.length;
/** No rank is longer: where one would be, neighbours get new ones. */
export const MAX_RANK_LENGTH = 32;
/** New ranks of neighbours leave room for what comes after them. */
const ROOMY_LENGTH = 12;
/** Digits that appending and prepending count with. */
const WIDTH = 6;
const ALL = BASE ** WIDTH;
/** What lies between two records that are appended one after the other. */
const STEP = BASE ** 3;
/** A rank ends with no zero: below one that did there might be no room. */
const RANK = new RegExp(`^[0-9A-Za-z]{0,${MAX_RANK_LENGTH - 1}}[1-9A-Za-z]$`);

/** A record with a place in an order. */
export interface Ranked {
  readonly id: string;
  readonly rank: string;
}

/** Orders records by rank, and those of one rank, which were put to one place on two devices, by id. */
export function compareRanks(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/**
 * A rank between two others.
 * @param before undefined: the first of all
 * @param after undefined: the last of all
 * @returns undefined where there is no room, or one of the two is no rank: see `placeAt`
 */
export function rankBetween(
  before: string | undefined,
  after: string | undefined,
): string | undefined {
  if (!isBound(before) || !isBound(after)) return undefined;
  if (before === undefined && after === undefined) return textOf(ALL / 2);
  if (after === undefined && before !== undefined && headOf(before) + STEP < ALL)
    return textOf(headOf(before) + STEP);
  if (before === undefined && after !== undefined && headOf(after) > STEP)
    return textOf(headOf(after) - STEP);
  const rank = middle(before ?? "", after);
  return rank !== undefined && rank.length <= MAX_RANK_LENGTH ? rank : undefined;
}

/**
 * The rank of a record that is put at a place among others, and new ranks of neighbours where there is no room.
 * @param rows the others, in the order of `compareRanks`
 * @param index how many of them come before it
 *
 * ```ts
 * import { compareRanks, placeAt } from "@syncline/core";
 *
 * const rows = [{ id: "a", rank: "V" }, { id: "b", rank: "V002" }].sort(compareRanks);
 * const { rank, others } = placeAt(rows, 1);
 * console.log(rank > "V" && rank < "V002", others.length); // true 0
 * ```
 */
export function placeAt(
  rows: readonly Ranked[],
  index: number,
): { readonly rank: string; readonly others: readonly Ranked[] } {
  const at = Math.max(0, Math.min(rows.length, index));
  const rank = rankBetween(rows[at - 1]?.rank, rows[at]?.rank);
  if (rank !== undefined) return { rank, others: [] };
  for (let width = 1; ; width *= 2) {
    const from = Math.max(0, at - width);
    const to = Math.min(rows.length, at + width);
    const ranks = spread(rows[from - 1]?.rank, rows[to]?.rank, to - from + 1);
    if (ranks === undefined) continue;
    const others = rows
      .slice(from, to)
      .map(({ id }, i) => ({ id, rank: ranks[from + i < at ? i : i + 1] ?? "" }));
    return { rank: ranks[at - from] ?? "", others };
  }
}

/** So many ranks between two; undefined where they would be long. Between no two there is always room. */
function spread(
  low: string | undefined,
  high: string | undefined,
  count: number,
): string[] | undefined {
  if (low === undefined && high === undefined)
    return Array.from({ length: count }, (_, i) => textOf(((i + 1) * ALL) / (count + 1)));
  if (!isBound(low) || !isBound(high)) return undefined;
  const between = (from: string, to: string | undefined, many: number): string[] | undefined => {
    if (many === 0) return [];
    const rank = middle(from, to);
    if (rank === undefined || rank.length > ROOMY_LENGTH) return undefined;
    const left = Math.floor((many - 1) / 2);
    const below = between(from, rank, left);
    const above = below && between(rank, to, many - 1 - left);
    return below && above && [...below, rank, ...above];
  };
  return between(low ?? "", high, count);
}

/** A text between two others; empty is below all, undefined above all. */
function middle(before: string, after: string | undefined): string | undefined {
  if (after !== undefined && before >= after) return undefined;
  let text = "";
  /** False as soon as what is made is below `after` whatever follows. */
  let bounded = after !== undefined;
  for (let i = 0; ; i++) {
    const low = digitAt(before, i);
    const high = bounded ? digitAt(after ?? "", i) : BASE;
    if (high - low > 1) return text + DIGITS[(low + high) >> 1];
    text += DIGITS[low];
    if (high > low) bounded = false;
  }
}

function digitAt(text: string, place: number): number {
  return place < text.length ? DIGITS.indexOf(text.charAt(place)) : 0;
}

function isBound(rank: string | undefined): boolean {
  return rank === undefined || RANK.test(rank);
}

/** The first digits as a number. */
function headOf(rank: string): number {
  let number = 0;
  for (let i = 0; i < WIDTH; i++) number = number * BASE + digitAt(rank, i);
  return number;
}

function textOf(number: number): string {
  let left = Math.max(1, Math.floor(number));
  let text = "";
  for (let i = 0; i < WIDTH; i++) {
    // Zeros at the end say nothing.
    if (text !== "" || left % BASE > 0) text = DIGITS[left % BASE] + text;
    left = Math.floor(left / BASE);
  }
  return text;
}
