// Text search over many cards: how long the first search takes, which reads and indexes them, and those after it.

import { collection, type LocalStore, openClient } from "@syncline/client";
import { textSearch } from "@syncline/client/search";
import { fill, NOBODY } from "./local-rows.ts";

interface Card {
  readonly title: string;
  readonly notes: string;
}

export interface SearchTimes {
  /** In milliseconds. */
  readonly first: number;
  readonly words: readonly number[];
  readonly beginnings: readonly number[];
}

const VOCABULARY = 20_000;
const STARTS = [
  "b",
  "c",
  "d",
  "f",
  "g",
  "h",
  "k",
  "l",
  "m",
  "n",
  "p",
  "pl",
  "r",
  "s",
  "st",
  "t",
  "tr",
  "v",
  "w",
  "z",
];
const SYLLABLES = STARTS.flatMap((start) => ["a", "e", "i", "o", "un"].map((end) => start + end));

/** Each word is another one. */
function word(n: number): string {
  let text = "";
  for (let rest = n + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    text += SYLLABLES[rest % SYLLABLES.length];
  return text;
}

/** Words as texts have them: few are in many cards, and most in few. */
function wordAt(i: number): string {
  const share = ((i * 2_654_435_761) % 2 ** 32) / 2 ** 32;
  return word(Math.floor(VOCABULARY ** share));
}

function words(from: number, count: number): string {
  return Array.from({ length: count }, (_, i) => wordAt(from + i)).join(" ");
}

function cardOf(i: number): Card {
  return { title: words(i * 101, 5), notes: words(i * 101 + 5, 45) };
}

/** @param store an empty one; it is closed afterwards */
export async function measureSearch(
  store: LocalStore,
  rows: number,
  samples: number,
): Promise<SearchTimes> {
  await fill(store, rows, cardOf);
  const cards = collection<Card>({ search: { fields: ["title", "notes"], engine: textSearch } });
  const client = await openClient({
    app: "bench",
    store,
    transport: NOBODY,
    autoSync: false,
    collections: { items: cards },
  });
  const { items } = client.collections;
  const timed = async (search: string) => {
    const began = performance.now();
    const found = await items.query({ search, limit: 50 });
    const took = performance.now() - began;
    if (found.length === 0) throw new Error(`Nothing holds "${search}".`);
    return took;
  };
  const first = await timed(word(0));
  const [whole, beginnings]: [number[], number[]] = [[], []];
  for (let i = 0; i < samples + 20; i++) {
    // Two words of one card, in full and as somebody begins to type them.
    const { notes } = cardOf((i * 37) % rows);
    const [one = "", , , , other = ""] = notes.split(" ").slice(i % 20);
    const took = [
      await timed(`${one} ${other}`),
      await timed(`${one.slice(0, 3)} ${other.slice(0, 3)}`),
    ];
    if (i < 20) continue; // both warm up
    whole.push(took[0] ?? 0);
    beginnings.push(took[1] ?? 0);
  }
  await client.close();
  return { first, words: whole, beginnings };
}
