// Today, this week, this month and this year, and the best streak.

import { addUp, startOfMonth, startOfWeek, startOfYear } from "@syncline/kanso-domain";
import { type OverviewInput, useOverview } from "../../data/overview.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Figures } from "../../ui/figures.tsx";

export function RightNow(input: OverviewInput) {
  const text = useMessages("statistics");
  const format = useFormat();
  const { today, weekStart } = input.calendar;
  const week = startOfWeek(today, weekStart);
  const year = startOfYear(today);
  const overview = useOverview(input, { from: Math.min(week, year), to: today });
  const now = overview?.days.at(-1);
  const percent = (rate: number | null) => (rate === null ? "–" : format.percent(rate / 100));
  const rateSince = (from: number) => {
    const days = overview?.days.filter(({ day }) => day >= from) ?? [];
    const rate = days.length === 0 ? null : addUp(days).rate;
    return percent(rate);
  };
  const best = (overview?.habits ?? []).reduce<{ longest: number; title: string }>(
    (held, { streak: { longest }, habit: { title } }) =>
      longest > held.longest ? { longest, title } : held,
    { longest: 0, title: "" },
  );
  return (
    <Figures
      label={text.rightNow}
      hint={text.rightNowHint}
      figures={[
        {
          name: text.today,
          value: now === undefined ? "–" : format.number(now.met),
          unit: now === undefined ? "" : text.of(format.number(now.asked)),
        },
        { name: text.thisWeek, value: rateSince(week), unit: "" },
        { name: text.thisMonth, value: rateSince(startOfMonth(today)), unit: "" },
        { name: text.thisYear, value: rateSince(year), unit: "" },
        {
          name: text.bestStreak,
          value: best.longest === 0 ? "–" : format.number(best.longest),
          unit: best.title,
        },
      ]}
    />
  );
}
