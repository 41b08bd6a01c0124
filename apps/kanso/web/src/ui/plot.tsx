// A chart of percentages, drawn by uPlot in the colours of the theme; the same as a table for whoever cannot see it.

import { useEffect, useRef } from "react";
import { useFormat, useMessages } from "../i18n/index.tsx";
import { drawPlot, type PlotDrawing, type PlotPoint } from "./plot-drawing.ts";
import "./plot.css";

export interface PlotProps {
  readonly title: string;
  readonly look: "line" | "bars";
  readonly points: readonly PlotPoint[];
  /** What the values are, and what the points. */
  readonly valueName: string;
  readonly pointName: string;
}

export function Plot({ title, look, points, valueName, pointName }: PlotProps) {
  const text = useMessages("habit");
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const percent = (value: number) => format.percent(value / 100);
  const isEmpty = points.every(({ value }) => value === null);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let drawing: PlotDrawing | undefined;
    let isOver = false;
    drawPlot(element, { look, points, percent: (value) => format.percent(value / 100) }).then(
      (made) => {
        if (isOver) made.close();
        else drawing = made;
      },
      () => undefined, // its code has not arrived: the table says the same
    );
    return () => {
      isOver = true;
      drawing?.close();
    };
  }, [look, points, format]);

  return (
    <figure className="card plot">
      <figcaption>
        <h2>{title}</h2>
      </figcaption>
      {isEmpty ? (
        <p className="soft plot-box">{text.noData}</p>
      ) : (
        <div className="plot-box" ref={box} aria-hidden="true" />
      )}
      <details>
        <summary className="soft">{text.asTable}</summary>
        <table className="plot-table">
          <thead>
            <tr>
              <th scope="col">{pointName}</th>
              <th scope="col">{valueName}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ name, value }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value === null ? "–" : percent(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
