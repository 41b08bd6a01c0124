// How figures are taken: several samples, our side and the limit in turn, medians and spreads.

/** One line of the results. */
export interface Figure {
  /** Begins with the part that it belongs to: `engine.push.1000`. */
  readonly id: string;
  /** What was measured, for a reader. */
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  /** What is to be reached; null for figures that only inform. */
  readonly target: number | null;
  readonly better: "higher" | "lower";
  /** Smallest and greatest sample, and what else a reader should know. */
  readonly note: string;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    min: sorted[0] ?? Number.NaN,
    median: quantile(sorted, 0.5),
    max: sorted.at(-1) ?? Number.NaN,
  };
}

/** @param sorted ascending */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/**
 * Runs two pieces of work in turn and gives the ratio of their speeds pair by pair, so that a machine
 * whose speed drifts does not favour one of them. The first pair warms up and is not counted.
 * @returns rates per second of both, and ours divided by the limit
 */
export async function pairs(
  rounds: number,
  ours: () => Promise<number> | number,
  limit: () => Promise<number> | number,
): Promise<{ ours: Spread; limit: Spread; ratio: Spread }> {
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const one = await ours();
    const other = await limit();
    if (round === 0) continue;
    a.push(one);
    b.push(other);
  }
  return {
    ours: spread(a),
    limit: spread(b),
    ratio: spread(a.map((rate, i) => rate / (b[i] ?? Number.NaN))),
  };
}

/** Seconds that a piece of work takes. */
export async function seconds(work: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export function rates({ min, median, max }: Spread): string {
  const text = (rate: number) => Math.round(rate).toLocaleString("en");
  return `${text(median)}/s (${text(min)}–${text(max)})`;
}

export function percent({ min, median, max }: Spread): string {
  const text = (ratio: number) => `${Math.round(ratio * 100)} %`;
  return `${text(median)} (${text(min)}–${text(max)})`;
}
