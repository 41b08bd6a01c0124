// A number that JavaScript cannot hold: its digits are kept, so that passing an event on never changes it.

const INTEGER = /^-?(?:0|[1-9]\d*)$/;

/** An integer beyond 2^53 in an event's data, as it was read. It is written back digit by digit. */
export class ExactNumber {
  readonly text: string;

  /** @param text decimal digits, with a sign or without. @throws {RangeError} for anything else */
  constructor(text: string) {
    if (!INTEGER.test(text))
      throw new RangeError("An exact number is an integer in decimal digits.");
    this.text = text;
  }

  toBigInt(): bigint {
    return BigInt(this.text);
  }

  /** The nearest number that JavaScript has. */
  valueOf(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }
}

/** Reads a number as JSON has it: exactly, where a number would not be. */
export function readNumber(source: string): number | ExactNumber {
  const value = Number(source);
  if (Number.isSafeInteger(value) || !INTEGER.test(source)) return value;
  return String(value) === source ? value : new ExactNumber(source);
}
