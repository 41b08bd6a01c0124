// The routes of statistics: the original's weekly answer, and progress that knows schedules, vacations and streaks.

import {
  addUp,
  type DayProgress,
  dailyProgress,
  dayToText,
  MAX_WEEKLY_SPAN,
  type Period,
  type Progress,
  parseDay,
  progressBy,
  startOfPeriod,
  weeklyStatistics,
} from "@syncline/kanso-domain";
import type { ProtocolRoute } from "@syncline/server";
import { type Call, type KansoContext, known, ZONE_HEADER } from "./context.ts";
import { inOrder } from "./habit-routes.ts";
import { refusal } from "./refusal.ts";
import { isLive } from "./rows.ts";

const PERIODS: readonly Period[] = ["day", "week", "month", "year"];
const DEFAULT_DAYS = 6;
/** Ten years: what a page of statistics can show. */
const MAX_PROGRESS_SPAN = 3_660;

export function statsRoutes(context: KansoContext): ProtocolRoute[] {
  return [
    known(context, "GET", "/stats/weekly", weekly),
    known(context, "GET", "/stats/progress", progress),
  ];
}

async function weekly(call: Call): Promise<object> {
  const zone = call.zone();
  const view = await call.view();
  const calendar = view.calendar(zone);
  call.reply.headers[ZONE_HEADER] = calendar.zone;
  const end = dateOf(call, "end_date", () => calendar.today);
  const start = dateOf(call, "start_date", () => end - DEFAULT_DAYS);
  checkSpan(start, end, MAX_WEEKLY_SPAN, "date range too large, max 1 year allowed");
  const rows = inOrder([...view.rows.habits.values()].filter(isLive));
  return weeklyStatistics(
    rows.map(({ value }) => value),
    new Map(rows.map(({ id }) => [id, view.log(id, calendar)])),
    { start, end, skipped: calendar.skipped },
  );
}

async function progress(call: Call): Promise<object> {
  const zone = call.zone();
  const view = await call.view();
  const calendar = view.calendar(zone);
  const asked = call.parameter("period") ?? "week";
  const period = PERIODS.find((name) => name === asked);
  if (period === undefined) throw refusal(400, "invalid period (must be day, week, month or year)");
  const end = dateOf(call, "end_date", () => calendar.today);
  const start = dateOf(call, "start_date", () => startOfPeriod(end, period, calendar.weekStart));
  checkSpan(start, end, MAX_PROGRESS_SPAN, "date range too large, max 10 years allowed");
  const only = call.parameter("habit_id");
  const rows = inOrder([...view.rows.habits.values()].filter(isLive)).filter(({ id, value }) =>
    only === undefined ? value.archivedAt === null : id === only,
  );
  if (only !== undefined && rows.length === 0) throw refusal(404, "habit not found");
  const range = { from: start, to: end };
  const all: DayProgress[] = [];
  const habits = rows.map((row) => {
    const { id, value } = row;
    const days = dailyProgress(value, view.log(id, calendar), calendar, range);
    for (const day of days) all.push(day);
    const { current, longest, unit } = view.streak(row, calendar);
    return {
      habit_id: id,
      habit_title: value.title,
      streak: { current, longest, unit },
      ...progressToWire(addUp(days)),
      periods: progressBy(period, days, calendar.weekStart).map(progressToWire),
    };
  });
  return {
    timezone: calendar.zone,
    today: dayToText(calendar.today),
    period,
    overall_completion_rate: all.length === 0 ? null : addUp(all).rate,
    habits,
  };
}

function progressToWire({ from, to, total, daysDone, asked, met, rate }: Progress): object {
  return {
    start_date: dayToText(from),
    end_date: dayToText(to),
    total_value: total,
    days_completed: daysDone,
    expected: asked,
    met,
    completion_rate: rate,
  };
}

function dateOf(call: Call, name: string, otherwise: () => number): number {
  const text = call.parameter(name);
  if (text === undefined || text === "") return otherwise();
  const day = parseDay(text);
  if (day === undefined) throw refusal(400, `invalid ${name} format, expected YYYY-MM-DD`);
  return day;
}

function checkSpan(start: number, end: number, max: number, message: string): void {
  if (start > end) throw refusal(400, "start_date cannot be after end_date");
  if (end - start > max) throw refusal(400, message);
}
