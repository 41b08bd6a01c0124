// Which lines are mutated: all, or a seeded sample of pieces of a few lines, where all would take a day.

import { createSeededRandom } from "../../packages/core/src/testing/index.ts";

const PIECE = 6;

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
}

/**
 * @param share of the lines, above 0, at most 1
 * @returns what Stryker takes as `--mutate`: files, or files with lines
 */
export function sampleLines(
  files: readonly SourceFile[],
  share: number,
  seed: string,
): readonly string[] {
  if (share >= 1) return files.map(({ path }) => path);
  const pieces = files.flatMap(({ path, lines }) =>
    Array.from({ length: Math.ceil(lines / PIECE) }, (_, index) => {
      const first = index * PIECE + 1;
      return `${path}:${first}-${Math.min(lines, first + PIECE - 1)}`;
    }),
  );
  const random = createSeededRandom(seed);
  return pieces.filter(() => random.next() < share);
}
