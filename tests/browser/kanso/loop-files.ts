// Years of habits as Loop exports them.

import type { Files } from "@syncline/kanso-domain";

const FIVE_YEARS = 1_826;

/** As Loop writes it: so many habits, five years each, with gaps, skips, amounts and notes. */
export function loopFiles(habits: number, days = FIVE_YEARS): Files {
  const header =
    "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?";
  const list = [header];
  const files = new Map<string, string>();
  const first = Date.UTC(2021, 10, 21) / 86_400_000;
  for (let number = 1; number <= habits; number += 1) {
    const place = String(number).padStart(3, "0");
    const isNumeric = number % 4 === 3;
    list.push(
      isNumeric
        ? `${place},Habit ${number},NUMERICAL,,,1,1,#0288D1,litres,AT_LEAST,1.5,false`
        : `${place},Habit ${number},YES_NO,,,1,1,#FF8F00,,,,false`,
    );
    const rows = ["Date,Value,Notes"];
    for (let day = first + days - 1; day >= first; day -= 1) {
      const odd = (day * 31 + number * 17) % 97;
      const amount = isNumeric ? String(500 + (odd % 5) * 625) : "YES_MANUAL";
      const value = odd < 4 ? "SKIP" : odd < 12 ? "NO" : amount;
      const notes = odd === 50 ? `"Day ${day}, ""so"" so"` : "";
      rows.push(`${new Date(day * 86_400_000).toISOString().slice(0, 10)},${value},${notes}`);
    }
    files.set(`${place} Habit ${number}/Checkmarks.csv`, `${rows.join("\n")}\n`);
  }
  return new Map([["Habits.csv", `${list.join("\n")}\n`], ...files]);
}
