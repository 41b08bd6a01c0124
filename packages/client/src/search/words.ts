// The words of a text, as they are compared: without case and accents.

/** Letters, marks and digits side by side. */
const RUNS = /[\p{L}\p{M}\p{N}]+/gu;
const ACCENTS = /[\u0300-\u036f]/g;
const ASCII = /^[\0-\x7f]*$/;
/** Scripts that put no space between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;

let segmenter: Intl.Segmenter | undefined;

/**
 * Case, accents and written forms (`ﬁ`, full width) as one; `ß` is `ss`. Only the accents that all scripts share are left
 * out: marks of other scripts are letters, or make other ones of them.
 */
function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const plain = text.normalize("NFKD").replace(ACCENTS, "").normalize("NFC");
  // Upwards first: `ß` has no capital of its own, and the sigma at a word's end has that of the other one.
  return plain.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** All words of a text in their order, each as often as it is there. */
export function wordsOf(text: string): string[] {
  const folded = fold(text);
  const runs = folded.match(RUNS) ?? [];
  // Most texts have none of them, and are many.
  if (!UNSPACED.test(folded)) return runs;
  return runs.flatMap((run) => (UNSPACED.test(run) ? unspacedWords(run) : run));
}

function unspacedWords(run: string): string[] {
  // Firefox has it since 125. Without it each character is a word: they are asked for in the same way.
  if (!("Segmenter" in Intl)) return [...run];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  return Array.from(segmenter.segment(run), ({ segment }) => segment);
}
