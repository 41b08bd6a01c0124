// A few numbers, each with its name.

import "./figures.css";

export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What is counted; empty where that is clear. */
  readonly unit: string;
}

interface FiguresProps {
  readonly label: string;
  /** What they mean, where their names do not say all of it. */
  readonly hint?: string;
  readonly figures: readonly Figure[];
}

export function Figures({ label, hint, figures }: FiguresProps) {
  return (
    <section aria-label={label}>
      <dl className="figures">
        {figures.map(({ name, value, unit }) => (
          <div key={name} className="card figure">
            <dt className="soft">{name}</dt>
            <dd>
              <strong>{value}</strong>
              {unit === "" ? null : " "}
              {unit === "" ? null : <span className="soft">{unit}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {hint === undefined ? null : <p className="soft figures-hint">{hint}</p>}
    </section>
  );
}
