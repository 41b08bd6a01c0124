// Text search over 20,000 cards: in Node on a store in memory, and in Chromium on IndexedDB.

import { openMemoryStore } from "@syncline/client";
import { inChromium } from "../local-web/browser.ts";
import type { BenchPage } from "../local-web/page.ts";
import { type Figure, quantile } from "../measure.ts";
import { measureSearch, type SearchTimes } from "../search-cards.ts";

const ROWS = 20_000;
const SAMPLES = 300;

export async function searchScenario(): Promise<Figure[]> {
  const node = await measureSearch(await openMemoryStore(), ROWS, SAMPLES);
  const chromium = await inChromium(
    (page) =>
      page.evaluate(
        `bench.search(${ROWS}, ${SAMPLES})` satisfies `bench.${keyof BenchPage}(${string})`,
      ) as Promise<SearchTimes>,
  );
  return [
    ...figures("search", "Node", node),
    ...figures("search.web", "Chromium, IndexedDB", chromium),
  ];
}

function figures(id: string, where: string, { first, words, beginnings }: SearchTimes): Figure[] {
  const at = (samples: readonly number[], q: number) =>
    quantile(
      samples.toSorted((a, b) => a - b),
      q,
    );
  const figure = (kind: string, what: string, value: number, target: number | null, note: string) =>
    ({
      id: `${id}.${kind}`,
      title: `${where}: ${what} over ${ROWS} cards of 50 words`,
      value: Math.round(value * 100) / 100,
      unit: "ms",
      target,
      better: "lower",
      note,
    }) as const;
  const noteOf = (samples: readonly number[]) =>
    `p99 ${at(samples, 0.99).toFixed(2)} ms; the best 50, ${SAMPLES} samples`;
  return [
    figure("words.p50", "a search for two words, p50", at(words, 0.5), 20, noteOf(words)),
    figure(
      "beginnings.p50",
      "a search for three letters each of two words, p50",
      at(beginnings, 0.5),
      20,
      noteOf(beginnings),
    ),
    figure("first", "the first search", first, null, "reads and indexes them; once"),
  ];
}
