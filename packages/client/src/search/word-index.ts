// Which rows hold which words: kept up by the rows that come and go, from the first search on.

import type { AnyRow } from "../query/compile.ts";
import type { RowChange } from "../query/row-set.ts";

export interface WordIndex {
  change(changes: readonly RowChange[]): void;
  /** Rows among which all are that hold words which begin with these. */
  find(beginnings: readonly string[]): readonly AnyRow[];
}

/** So many rows that are gone are not worth an index without them. */
const FEW = 1_000;

/** @param wordsOf the words of a row, each once */
export function createWordIndex(wordsOf: (row: AnyRow) => readonly string[]): WordIndex {
  /** Rows that nobody has searched yet: who only writes does not wait for it. */
  const waiting = new Set<AnyRow>();
  /** By their numbers; undefined: it is gone. */
  let rows: (AnyRow | undefined)[] = [];
  const numbers = new Map<AnyRow, number>();
  /** The numbers of the rows that hold a word. */
  const holders = new Map<string, number[]>();
  /** The words in order. */
  let words: string[] = [];

  function add(row: AnyRow): void {
    numbers.set(row, rows.length);
    for (const word of wordsOf(row)) {
      const held = holders.get(word);
      if (held !== undefined) held.push(rows.length);
      else holders.set(word, [rows.length]);
    }
    rows.push(row);
  }

  function remove(row: AnyRow): void {
    waiting.delete(row);
    const number = numbers.get(row);
    if (number === undefined) return;
    rows[number] = undefined;
    numbers.delete(row);
  }

  function catchUp(): void {
    if (rows.length - numbers.size > Math.max(FEW, numbers.size)) {
      for (const row of numbers.keys()) waiting.add(row);
      rows = [];
      words = [];
      numbers.clear();
      holders.clear();
    }
    for (const row of waiting) add(row);
    waiting.clear();
    if (words.length === holders.size) return;
    // The new ones come last, and the others are in order, which sorting is quick with.
    words = [...words, ...[...holders.keys()].slice(words.length)].sort();
  }

  /** The rows that hold each word with a beginning. */
  function withBeginning(beginning: string): (readonly number[])[] {
    const found: (readonly number[])[] = [];
    for (let i = firstFrom(words, beginning); words[i]?.startsWith(beginning); i++)
      found.push(holders.get(words[i] ?? "") ?? []);
    return found;
  }

  return {
    change(changes) {
      for (const { before, after } of changes) {
        if (before !== undefined) remove(before);
        if (after !== undefined) waiting.add(after);
      }
    },
    find(beginnings) {
      catchUp();
      // All must be there: those that hold the rarest are few, and are looked at one by one.
      const [rarest = []] = beginnings.map(withBeginning).sort((a, b) => sizeOf(a) - sizeOf(b));
      const found = new Set<number>();
      for (const held of rarest) for (const number of held) found.add(number);
      return [...found].flatMap((number) => rows[number] ?? []);
    },
  };
}

const sizeOf = (lists: readonly (readonly number[])[]) =>
  lists.reduce((sum, { length }) => sum + length, 0);

/** The first place from which on nothing comes before a text. */
function firstFrom(sorted: readonly string[], text: string): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? "") < text) from = middle + 1;
    else to = middle;
  }
  return from;
}
