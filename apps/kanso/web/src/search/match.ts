// Finds the words of a query in a text, whatever their case and accents.

/** A part of a text: from, and up to but not including. */
export type Span = readonly [from: number, to: number];

/**
 * @returns where the words are, in order and without overlaps; none for an empty query; undefined where a word
 * is not in the text
 */
export function findWords(text: string, query: string): readonly Span[] | undefined {
  const words = fold(query).text.split(/\s+/).filter(Boolean);
  const { text: folded, places } = fold(text);
  const spans: Span[] = [];
  for (const word of words) {
    const at = findWord(folded, word);
    if (at < 0) return undefined;
    spans.push([places[at] ?? 0, places[at + word.length] ?? text.length]);
  }
  return joined(spans);
}

/** Where a word begins: best where one of the text's begins with it. */
function findWord(folded: string, word: string): number {
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(folded[at - 1] ?? "")) return at;
  return folded.indexOf(word);
}

function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1])
      result[result.length - 1] = [last[0], Math.max(last[1], to)];
    else result.push([from, to]);
  }
  return result;
}

/** Lower case and without accents, with the place in the text from which each letter of it comes. */
function fold(text: string): { readonly text: string; readonly places: readonly number[] } {
  let folded = "";
  const places: number[] = [];
  let at = 0;
  for (const letter of text) {
    const plain = letter
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replaceAll("ß", "ss");
    for (let i = 0; i < plain.length; i += 1) places.push(at);
    folded += plain;
    at += letter.length;
  }
  places.push(text.length);
  return { text: folded, places };
}
