// Running values over rows that come and go: each row changes them by itself, and the result is that of all at once.

import type { AnyRow } from "../query/compile.ts";
import { order } from "../query/conditions.ts";
import { fieldOf } from "../query/field.ts";

export interface Tally {
  /** A row comes (1), or goes (-1). */
  change(row: AnyRow, sign: 1 | -1): void;
  value(): unknown;
}

export function createTally(kind: string, field: string): Tally {
  switch (kind) {
    case "count":
      return createCount();
    case "min":
      return createEnd(field, -1);
    case "max":
      return createEnd(field, 1);
    default:
      return createSum(field, kind === "avg");
  }
}

function createCount(): Tally {
  let count = 0;
  return {
    change(_row, sign) {
      count += sign;
    },
    value: () => count,
  };
}

/**
 * The exact sum, as numbers that do not overlap (Shewchuk 1997): what is taken away leaves nothing behind, and the order
 * in which rows came is not in the result.
 */
function createSum(field: string, isAverage: boolean): Tally {
  let count = 0;
  let parts: number[] = [];

  function change(row: AnyRow, sign: 1 | -1): void {
    const value = fieldOf(row, field);
    if (typeof value !== "number") return;
    count += sign;
    let sum = value * sign;
    const rest: number[] = [];
    for (const part of parts) {
      const [large, small] = Math.abs(sum) < Math.abs(part) ? [part, sum] : [sum, part];
      sum = large + small;
      const lost = small - (sum - large);
      if (lost !== 0) rest.push(lost);
    }
    parts = [...rest, sum];
  }

  return {
    change,
    value() {
      if (isAverage) return count === 0 ? null : rounded(parts) / count;
      return rounded(parts);
    },
  };
}

/** The number that is nearest to the sum of numbers that do not overlap, the least first. */
function rounded(parts: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  let i = parts.length;
  while (i > 0 && lost === 0) {
    i -= 1;
    const part = parts[i] ?? 0;
    const before = sum;
    sum = before + part;
    lost = part - (sum - before);
  }
  // Half way between two numbers, what is left says which of them is nearer.
  const next = parts[i - 1] ?? 0;
  if (next !== 0 && lost !== 0 && next < 0 === lost < 0) {
    const twice = lost * 2;
    const other = sum + twice;
    if (other - sum === twice) return other;
  }
  return sum;
}

/** The least or the greatest value; the others are kept, to follow it when it leaves. */
function createEnd(field: string, sign: 1 | -1): Tally {
  const counts = new Map<unknown, number>();
  let end: unknown;
  let isKnown = true;
  const isFurther = (value: unknown) => end === undefined || order(value, end) * sign > 0;

  /** Lists, objects and null are no ends. */
  function endOf(row: AnyRow): unknown {
    const value = fieldOf(row, field);
    return typeof value === "object" ? undefined : value;
  }

  return {
    change(row, by) {
      const value = endOf(row);
      if (value === undefined) return;
      const count = (counts.get(value) ?? 0) + by;
      if (count > 0) counts.set(value, count);
      else counts.delete(value);
      if (count === 0 && value === end) isKnown = false;
      if (by > 0 && isKnown && isFurther(value)) end = value;
    },
    value() {
      if (!isKnown) {
        end = undefined;
        for (const value of counts.keys()) if (isFurther(value)) end = value;
        isKnown = true;
      }
      return end ?? null;
    },
  };
}
