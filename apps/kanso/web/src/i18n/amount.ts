// Amounts in words. Units are people's own words, in one form only: they stand beside the target, never beside another number.

import type { Habit } from "@syncline/kanso-domain";
import type { Format } from "./format.ts";
import type { Messages } from "./messages/en.ts";

interface Words {
  readonly text: Pick<Messages["today"], "amountOf" | "amountOfLimit" | "toastAdded">;
  readonly format: Pick<Format, "number">;
}

type Counted = Pick<Habit, "title" | "targetValue" | "targetType" | "unit">;

/** Such as "5 of 8 glasses". */
export function amountInWords(habit: Counted, total: number, { text, format }: Words): string {
  const { targetValue, targetType, unit } = habit;
  const inWords = targetType === "at_most" ? text.amountOfLimit : text.amountOf;
  return inWords(format.number(total), format.number(targetValue), unit).trim();
}

/** Such as "Drink water: +1, now 5 of 8 glasses". @param before what the day had */
export function additionInWords(
  habit: Counted,
  { before, amount }: { readonly before: number; readonly amount: number },
  words: Words,
): string {
  const { text, format } = words;
  const total = Math.round((before + amount) * 1_000) / 1_000;
  return text.toastAdded(habit.title, format.number(amount), amountInWords(habit, total, words));
}
