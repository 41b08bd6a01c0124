// A year, a square a day. Arrows go from day to day, Enter chooses one.

import { type Day, weekdayOf } from "@syncline/kanso-domain";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useMemo,
  useRef,
} from "react";
import type { DayState } from "../data/day-state.ts";
import { useCalendarFormat } from "../i18n/calendar-format.ts";
import { useFormat, useMessages } from "../i18n/index.tsx";
import { useGridFocus } from "./use-grid-focus.ts";
import { yearLayout } from "./year-layout.ts";
import "./day-mark.css";
import "./year-grid.css";

export interface YearMark {
  readonly state: DayState;
  /** What it says, date included. */
  readonly words: string;
  readonly style?: CSSProperties;
}

interface YearGridProps {
  readonly year: number;
  readonly weekStart: number;
  readonly today: Day;
  /** The id of its heading. */
  readonly labelledBy: string;
  readonly marks: ReadonlyMap<Day, YearMark>;
  /** A day that is not ahead was chosen. */
  onDay(day: Day): void;
}

export const YearGrid = memo(
  function YearGrid({ year, weekStart, today, labelledBy, marks, onDay }: YearGridProps) {
    const text = useMessages("habit");
    const { month, monthOfYear } = useCalendarFormat();
    const focus = useGridFocus();
    const box = useRef<HTMLDivElement>(null);
    const layout = useMemo(() => yearLayout(year, weekStart), [year, weekStart]);
    const stop = Math.min(today, layout.last);
    const isFilled = marks.size > 0;

    // The latest weeks are in view.
    useEffect(() => {
      const element = isFilled ? box.current : null;
      const cell = element?.querySelector<HTMLElement>(`[data-day="${stop}"]`);
      if (element === null || cell === null || cell === undefined) return;
      element.scrollLeft = cell.offsetLeft - element.clientWidth + cell.offsetWidth * 3;
    }, [stop, isFilled]);

    function choose({ target }: MouseEvent<HTMLElement>): void {
      const cell = target instanceof Element ? target.closest<HTMLElement>("[data-day]") : null;
      const day = Number(cell?.dataset["day"]);
      if (cell !== null && day <= today) onDay(day);
    }

    function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
      if (event.key !== "Enter" && event.key !== " ") {
        focus.onKeyDown(event);
        return;
      }
      event.preventDefault();
      if (event.target instanceof HTMLElement) event.target.click();
    }

    return (
      <div className="year-box" ref={box}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells can be gone through by keys
          role="grid"
          className="year-grid"
          aria-labelledby={labelledBy}
          onFocus={focus.onFocus}
          onClick={choose}
          onKeyDown={onKeyDown}
        >
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">{text.weekday}</span>
              </th>
              {layout.months.map(({ first, columns }) => (
                <th key={first} scope="colgroup" colSpan={columns} abbr={monthOfYear(first)}>
                  {month(first)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layout.rows.map((days, row) => (
              <YearRow
                key={weekdayOf(days[1] ?? 0)}
                days={days}
                row={row}
                marks={marks}
                today={today}
                stop={stop}
              />
            ))}
          </tbody>
        </table>
      </div>
    );
  },
  // Who chooses a day gets whatever the page does with it at the time.
  (before, after) =>
    before.marks === after.marks &&
    before.year === after.year &&
    before.weekStart === after.weekStart &&
    before.today === after.today,
);

interface YearRowProps extends Pick<YearGridProps, "marks" | "today"> {
  readonly days: readonly (Day | undefined)[];
  readonly row: number;
  /** Where the tab key enters the grid. */
  readonly stop: Day;
}

/** Each is rendered for itself: a year of squares is no long task. */
const YearRow = memo(function YearRow({ days, row, marks, today, stop }: YearRowProps) {
  const format = useFormat();
  const weekday = format.weekday(days[1] ?? 0);
  return (
    <tr>
      <th scope="row" abbr={weekday}>
        {row % 2 === 0 ? weekday : <span className="unseen">{weekday}</span>}
      </th>
      {days.map((day, column) => {
        const mark = day === undefined ? undefined : marks.get(day);
        const place = `${row}:${column}`;
        return day === undefined || mark === undefined ? (
          <td key={place} />
        ) : (
          <td
            key={place}
            className="day-mark"
            data-cell={place}
            data-day={day}
            data-state={mark.state}
            data-today={day === today}
            tabIndex={day === stop ? 0 : -1}
            aria-label={mark.words}
            title={mark.words}
            {...(mark.style === undefined ? {} : { style: mark.style })}
          />
        );
      })}
    </tr>
  );
});
