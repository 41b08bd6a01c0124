// How much a tap adds.

/** A round number, so that a few taps reach the target: 1 of 8 glasses, 5 of 30 minutes, 2000 of 10,000 steps. */
export function stepOf(target: number): number {
  if (!(target > 10)) return target > 0 && target < 1 ? target : 1;
  const rough = target / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [5, 2, 1].find((one) => one * power <= rough) ?? 1;
  return factor * power;
}
