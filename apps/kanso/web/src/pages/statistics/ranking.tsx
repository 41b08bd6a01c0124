// Habits by how well they go.

import { Link } from "wouter";
import type { HabitOverview } from "../../data/overview.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { paletteOf } from "../../theme/habit-color.ts";
import { HabitIcon } from "../../ui/icon.tsx";
import { rankHabits } from "./rank-habits.ts";

export function Ranking({ habits }: { readonly habits: readonly HabitOverview[] }) {
  const text = useMessages("statistics");
  const { streakDays, streakWeeks, streakTimes } = useMessages("today");
  const format = useFormat();
  const words = { days: streakDays, weeks: streakWeeks, times: streakTimes };
  return (
    <section className="card ranking" aria-labelledby="ranking">
      <h2 id="ranking">{text.ranking}</h2>
      <ol className="plain-list">
        {rankHabits(habits).map(({ habit, progress: { rate }, streak }) => (
          <li key={habit.id} data-color={paletteOf(habit.color)}>
            <Link href={`/habits/${habit.id}`} className="ranking-row">
              <HabitIcon icon={habit.icon} title={habit.title} />
              <span className="ranking-title" dir="auto">
                {habit.title}
              </span>
              <span className="ranking-rate">
                {rate === null ? "–" : format.percent(rate / 100)}
              </span>
              <span className="ranking-bar" aria-hidden="true">
                <span style={{ width: `${rate ?? 0}%` }} />
              </span>
              <span className="soft ranking-streak">
                {streak.current > 1 ? words[streak.unit](streak.current) : null}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
