// What searches texts for words: an entry of its own brings it, in a collection's definition.

import type { AnyRow } from "./compile.ts";
import type { RowSet } from "./row-set.ts";

/** How well a row matches; 0: it does not. Of the row alone: no other row has a part in it. */
export type Score = (row: AnyRow) => number;

/** Searches the texts of a collection. */
export interface TextSearch {
  ask(text: string): Score;
  /** The rows of the collection in memory, with an index of their words. */
  over(rows: RowSet): RowSet;
}

/**
 * What a collection's `search` is done with.
 * @param fields those that are searched; the first counts most
 */
export type SearchEngine = (fields: readonly string[]) => TextSearch;
