// The smallest phone, the largest text, and what people call their habits: nothing is cut, and nothing lies outside.

import { createHabit } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { atEnd, newContext, useBrowser } from "../fixture.ts";
import { openGate } from "../gate.ts";
import { startKanso } from "./kanso-app.ts";
import { layoutProblems } from "./layout-problems.ts";
import type { Sample } from "./sample.ts";
import { SCENES } from "./scenes.ts";
import { closeSheets, enter, sampleOf, stageOf } from "./stage.ts";

useBrowser();

const SIZE = { width: 320, height: 568 };
/** What is about places is asked here; of sizes of controls there are other tests. */
const IS_CUT = /^(cut|outside|the page)/;

test("at 320 px, and there with text of twice the size, every page and sheet is whole", async () => {
  const app = await startKanso();
  const gate = await openGate(app.url);
  atEnd(() => gate.close());
  const context = await newContext({
    locale: "de-DE",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    viewport: SIZE,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(gate.url);
  const owner = { email: "de@example.org", sample: withStrangeNames(sampleOf()) };
  const problems: string[] = [];
  let isMember = false;
  for (const scene of SCENES) {
    if (scene.who === "member" && !isMember) {
      await enter(app, page, gate.url, owner);
      isMember = true;
    }
    await scene.show(stageOf(app, { page, gate }, owner));
    for (const percent of [100, 200]) {
      await page.evaluate((size) => {
        document.documentElement.style.fontSize = `${size}%`;
      }, percent);
      for (const problem of await layoutProblems(page))
        if (IS_CUT.test(problem)) problems.push(`${scene.name}, ${percent} %: ${problem}`);
    }
    await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
    await closeSheets(page, gate.url);
  }
  expect(problems).toEqual([]);
}, 900_000);

function withStrangeNames({ habits, entries }: Sample): Sample {
  const where = { nowMs: Date.now() - 86_400_000 * 3, zone: "UTC", dayStartHour: 0 };
  const counted = { type: "numeric", targetValue: 2_000_000, sortOrder: 0 };
  const unit = "Rindfleischetikettierungsüberwachungsaufgaben";
  return {
    entries,
    habits: [
      createHabit("long", { ...counted, title: unit.repeat(2), unit }, where),
      createHabit("arabic", { title: "قراءة كتاب قبل النوم كل ليلة", sortOrder: 1 }, where),
      createHabit("emoji", { title: "👩‍👩‍👧‍👦 Family 🧘🏽‍♀️", icon: "🧘🏽‍♀️", sortOrder: 2 }, where),
      ...habits.map((habit) => ({ ...habit, sortOrder: habit.sortOrder + 3 })),
    ],
  };
}
