// Amounts: numbers with up to three decimals, added up without the errors of binary fractions.

/** What a 32-bit integer holds. Greater amounts are refused: their sums would not be exact any more. */
export const MAX_VALUE = 2_147_483_647;

/** What is wrong with an amount that is not negative, to follow the field's name. */
export function valueProblem(value: number): string | undefined {
  if (!Number.isFinite(value)) return "must be a number";
  if (value > MAX_VALUE) return `cannot be greater than ${MAX_VALUE}`;
  return toThousandths(value) / 1000 === value ? undefined : "cannot have more than three decimals";
}

/** Whole thousandths: what sums are made of. */
export function toThousandths(value: number): number {
  return Math.round(value * 1000);
}
