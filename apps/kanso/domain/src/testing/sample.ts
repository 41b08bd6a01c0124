// Files as other apps export them, made for the tests: small ones by hand, five years by a rule.

import { dayToText, weekdayOf } from "../day.ts";
import type { Files } from "../transfer/archive.ts";
import { day } from "./fixture.ts";

const HABITS_HEADER =
  "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?";

/** As Loop writes it: names in the header of Checkmarks.csv are not quoted, and lines end with a comma. */
export const LOOP: Files = new Map([
  [
    "Habits.csv",
    [
      HABITS_HEADER,
      "001,Floss,YES_NO,Did you floss?,,1,1,#FF8F00,,,,false",
      '002,"Run, or swim",YES_NO,,,3,7,#00897B,,,,false',
      "003,Water,NUMERICAL,How much?,Tap is fine,1,2,#0288D1,litres,AT_LEAST,2.5,true",
      "004,Läuft gut ✓,YES_NO,,,2,3,#0288D1,,,,false",
      "",
    ].join("\n"),
  ],
  [
    "Checkmarks.csv",
    [
      "Date,Floss,Run, or swim,Water,Läuft gut ✓,",
      "2026-03-05,2,2,-1,-1,",
      "2026-03-03,3,1,750,-1,",
      "2026-03-02,0,2,-1,-1,",
      "2026-03-01,2,-1,2500,-1,",
      "2026-02-30,2,2,2,-1,",
      "",
    ].join("\n"),
  ],
  [
    "001 Floss/Checkmarks.csv",
    [
      "Date,Value,Notes",
      "2026-03-05,YES_MANUAL,",
      "2026-03-04,YES_AUTO,",
      '2026-03-03,SKIP,"The ""dentist"" did it"',
      '2026-03-02,NO,"Sick, at home"',
      "2026-03-01,YES_MANUAL,",
      "",
    ].join("\n"),
  ],
  [
    "003 Water/Checkmarks.csv",
    "Date,Value,Notes\n2026-03-03,750,small bottle\n2026-03-02,UNKNOWN,\n2026-03-01,2500,\n",
  ],
  ["004 Luft gut/Checkmarks.csv", "Date,Value,Notes\n2026-03-05,YES_MANUAL,\n"],
]);

export const HABITBULL = [
  "HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText",
  "Meditate,Ten minutes,Mind,2026-01-03,1,",
  'Meditate,Ten minutes,Mind,2026-01-02,0,"Forgot, sorry"',
  "Meditate,Ten minutes,Mind,2026-01-01,1,",
  "Push-ups,,Body,2026-01-01,20,",
  "Push-ups,,Body,1 January,20,",
  "Push-ups,,Body,2026-01-04,many,",
  "Push-ups,,Body,2026-01-05,0,",
  "",
].join("\n");

/** Five years of four habits as Loop would export them, with gaps, skips, amounts and notes. */
export function fiveYears(): Files {
  const first = day("2021-03-10");
  const last = day("2026-03-09");
  const done = [
    (on: number) => on % 11 !== 0,
    (on: number) => [1, 3, 5].includes(weekdayOf(on)) && on % 37 !== 0,
    (on: number) => on % 13 !== 5,
    (on: number) => on % 4 === 0 && on % 100 !== 0,
  ];
  const files = new Map([
    [
      "Habits.csv",
      [
        HABITS_HEADER,
        "001,Stretch,YES_NO,,Five minutes,1,1,#FF8F00,,,,false",
        "002,Run,YES_NO,,,3,7,#00897B,,,,false",
        "003,Water,NUMERICAL,,,1,1,#0288D1,litres,AT_LEAST,1.5,false",
        "004,Balcony,YES_NO,,,1,4,#7CB342,,,,true",
        "",
      ].join("\n"),
    ],
  ]);
  for (const [index, folder] of ["001 Stretch", "002 Run", "003 Water", "004 Balcony"].entries()) {
    const rows = ["Date,Value,Notes"];
    for (let on = last; on >= first; on -= 1) {
      const isDone = done[index]?.(on) === true;
      const amount = index === 2 ? String(500 + (on % 5) * 625) : "YES_MANUAL";
      const value = on % 29 === 0 ? "SKIP" : isDone ? amount : "NO";
      const notes = on % 17 === 0 ? `"Day ${on}, ""so"" so"` : "";
      rows.push(`${dayToText(on)},${value},${notes}`);
    }
    files.set(`${folder}/Checkmarks.csv`, `${rows.join("\n")}\n`);
  }
  return files;
}
