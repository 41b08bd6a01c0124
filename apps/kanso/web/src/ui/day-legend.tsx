// What the squares of a calendar say.

import type { DayState } from "../data/day-state.ts";
import { useMessages } from "../i18n/index.tsx";
import "./day-mark.css";

export function DayLegend({ states }: { readonly states: readonly DayState[] }) {
  const text = useMessages("habit");
  return (
    <ul className="day-legend soft" aria-label={text.legend}>
      {states.map((state) => (
        <li key={state}>
          <span className="day-mark" data-state={state} />
          {text.states[state]}
        </li>
      ))}
    </ul>
  );
}
