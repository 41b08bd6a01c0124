// Full text search over rows in memory: which of them hold words, and how well.

import type { AnyRow } from "../query/compile.ts";
import { fieldOf } from "../query/field.ts";
import type { Score, SearchEngine } from "../query/text-search.ts";
import { createWordIndex } from "./word-index.ts";
import { wordsOf } from "./words.ts";

/** The words of a row, each once. */
export interface WordsOfRow {
  readonly words: readonly string[];
  /** How much each counts here. */
  readonly weights: readonly number[];
}

/** BM25's own: how soon more of the same word adds nothing, and how much a long text takes away. */
const [K1, B] = [1.2, 0.75];
/** Words of a text that is neither short nor long. */
const USUAL_LENGTH = 20;

/**
 * Searches for words, and words that begin so, without case and accents. For the `search` of a collection:
 *
 * ```ts
 * collection<Card>({ search: { fields: ["title", "notes"], engine: textSearch } })
 * ```
 *
 * The rank is BM25 over several fields (Robertson and Zaragoza, 2009), as far as it follows from the row alone: words are not
 * weighed by how rare they are, since all of them must be there, and texts are measured by a usual length. So a
 * write moves no row but its own.
 */
export const textSearch: SearchEngine = (fields) => {
  /** Of rows that were looked at; they are never changed. */
  const known = new WeakMap<AnyRow, WordsOfRow>();
  const asked = new WeakMap<Score, readonly string[]>();

  function read(row: AnyRow): WordsOfRow {
    const weights = new Map<string, number>();
    for (const [place, name] of fields.entries()) {
      const value = fieldOf(row, name);
      const texts = [value].flat().filter((text) => typeof text === "string");
      const words = texts.flatMap(wordsOf);
      const length = 1 - B + (B * words.length) / USUAL_LENGTH;
      const weight = 1 / (length * (place + 1));
      for (const word of words) weights.set(word, (weights.get(word) ?? 0) + weight);
    }
    return { words: [...weights.keys()], weights: [...weights.values()] };
  }

  function wordsOfRow(row: AnyRow): WordsOfRow {
    const held = known.get(row) ?? read(row);
    known.set(row, held);
    return held;
  }

  /** How much a word is in a row: what only begins so counts by as much of it as was asked for. */
  function frequency(asked: string, { words, weights }: WordsOfRow): number {
    let sum = 0;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? "";
      if (word.startsWith(asked)) sum += ((weights[i] ?? 0) * asked.length) / word.length;
    }
    return sum;
  }

  function scoreOf(wanted: readonly string[], row: AnyRow): number {
    const its = wordsOfRow(row);
    let score = 0;
    for (const word of wanted) {
      const often = frequency(word, its);
      if (often === 0) return 0;
      score += often / (often + K1);
    }
    return score;
  }

  return {
    ask(text) {
      const wanted = [...new Set(wordsOf(text))];
      // Without words it asks for nothing, and all rows match alike.
      if (wanted.length === 0) return () => 1;
      const scores = new WeakMap<AnyRow, number>();
      const own: Score = (row) => {
        const score = scores.get(row) ?? scoreOf(wanted, row);
        scores.set(row, score);
        return score;
      };
      asked.set(own, wanted);
      return own;
    },
    over(rows) {
      const index = createWordIndex((row) => wordsOfRow(row).words);
      return {
        get: rows.get,
        change(changes) {
          rows.change(changes);
          index.change(changes);
        },
        select(query, most) {
          const wanted = query.score && asked.get(query.score);
          if (wanted === undefined) return rows.select(query, most);
          return { ...rows.select(query, most, index.find(wanted)), index: fields };
        },
      };
    },
  };
};
