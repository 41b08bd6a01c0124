// A part of a page with its own heading, on a card.

import { type ReactNode, useId } from "react";
import "./section.css";

export interface SectionProps {
  readonly title: string;
  readonly hint?: string;
  readonly children?: ReactNode;
}

export function Section({ title, hint, children }: SectionProps) {
  const id = useId();
  return (
    <section className="card section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {hint === undefined ? null : <p className="soft">{hint}</p>}
      {children}
    </section>
  );
}
