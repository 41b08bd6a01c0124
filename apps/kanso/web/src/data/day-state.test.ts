// What is said of a day: done before all else, a vacation only where nothing was done.

import type { DayProgress, Vacation } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { stateOfDay, vacationDays } from "./day-state.ts";

const TODAY = 20_000;
const NOTHING: DayProgress = {
  day: TODAY,
  total: 0,
  done: false,
  skipped: false,
  limit: false,
  logged: false,
  open: true,
  asked: 1,
  met: 0,
};

test.each([
  [{ done: true, total: 1 }, false, "done"],
  [{ done: true, total: 1 }, true, "done"],
  [{ skipped: true }, false, "skipped"],
  [{ total: 0.5 }, true, "partly"],
  [{ asked: 0 }, true, "vacation"],
  [{ asked: 0 }, false, "free"],
  [{ asked: 0, open: false }, false, "off"],
  [{}, false, "open"],
  [{ limit: true, asked: 0, total: 1 }, false, "off"],
  [{ limit: true, total: 3 }, false, "open"],
  [{ day: TODAY + 1 }, false, "ahead"],
  [{ day: TODAY + 1, asked: 0 }, true, "vacation"],
] as const)("%o, on vacation %s: %s", (changes, isVacation, state) => {
  const calendar = { today: TODAY };
  expect(stateOfDay({ ...NOTHING, ...changes }, calendar, () => isVacation)).toBe(state);
});

test("a vacation is one of the habits that it names, or of all, from its first day to its last", () => {
  const vacation = (habitIds: readonly string[] | null): Vacation => ({
    id: "v",
    from: "2026-03-02",
    to: "2026-03-03",
    habitIds,
    note: "",
  });
  const days = [20_513, 20_514, 20_515, 20_516]; // from 1 March 2026 on
  const seen = (habitIds: readonly string[] | null) =>
    days.map(vacationDays({ vacations: [vacation(habitIds)] }, "h"));
  expect(seen(null)).toEqual([false, true, true, false]);
  expect(seen(["h"])).toEqual([false, true, true, false]);
  expect(seen(["other"])).toEqual([false, false, false, false]);
});
