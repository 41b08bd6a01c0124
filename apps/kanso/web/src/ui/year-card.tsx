// A year with arrows to the others.

import type { ReactNode } from "react";
import { useMessages } from "../i18n/index.tsx";
import { IconButton } from "./button.tsx";
import "./year-grid.css";

interface YearCardProps {
  /** The id of its heading. */
  readonly id: string;
  readonly year: number;
  readonly earliest: number;
  readonly latest: number;
  onYear(year: number): void;
  readonly children: ReactNode;
}

export function YearCard({ id, year, earliest, latest, onYear, children }: YearCardProps) {
  const text = useMessages("habit");
  return (
    <section className="card year" aria-labelledby={id}>
      <header className="year-header">
        <h2 id={id} aria-live="polite">
          {text.year(year)}
        </h2>
        <IconButton
          icon="left"
          label={text.previousYear}
          disabled={year <= earliest}
          onClick={() => onYear(year - 1)}
        />
        <IconButton
          icon="right"
          label={text.nextYear}
          disabled={year >= latest}
          onClick={() => onYear(year + 1)}
        />
      </header>
      {children}
    </section>
  );
}
