// Amounts of storage, as people read them.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Such as "1.5 MB". */
export function bytesText(locale: string, bytes: number): string {
  let [amount, place] = [bytes, 0];
  while (amount >= 1000 && place < UNITS.length - 1) {
    amount /= 1000;
    place += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[place] ?? "byte",
    maximumFractionDigits: amount < 10 && place > 0 ? 1 : 0,
  }).format(amount);
}
