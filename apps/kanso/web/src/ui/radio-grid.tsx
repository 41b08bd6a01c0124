// One of many small pictures, in a grid: the browser's own radio buttons, with arrows that go up and down as well.

import { type KeyboardEvent, type ReactNode, useId } from "react";
import type { Choice } from "./field.tsx";
import "./radio-grid.css";

export interface RadioGridProps<Value extends string> {
  readonly label: string;
  /** The label is said, but not shown. */
  readonly quiet?: boolean;
  /** One of the choices, or something else: then none is chosen. */
  readonly value: string;
  readonly choices: readonly Choice<Value>[];
  onChoose(value: Value): void;
  /** The picture; what it means is the choice's label. */
  children(choice: Choice<Value>): ReactNode;
}

export function RadioGrid<Value extends string>(props: RadioGridProps<Value>) {
  const { label, quiet = false, value, choices, onChoose, children } = props;
  const name = useId();
  return (
    <fieldset className="field radio-grid">
      <legend className={quiet ? "unseen" : ""}>{label}</legend>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the radio buttons in it */}
      <div className="radio-grid-cells" onKeyDown={moveByRows}>
        {choices.map((choice) => (
          <label key={choice.value} title={choice.label}>
            <input
              type="radio"
              name={name}
              aria-label={choice.label}
              checked={choice.value === value}
              onChange={() => onChoose(choice.value)}
            />
            <span>{children(choice)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** To the nearest one in the next row: the browser itself only knows "next". */
function moveByRows(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const from = event.target;
  if (step === 0 || !(from instanceof HTMLInputElement)) return;
  event.preventDefault();
  const here = from.getBoundingClientRect();
  const others = [...event.currentTarget.querySelectorAll("input")].flatMap((input) => {
    const { top, left } = input.getBoundingClientRect();
    const down = (top - here.top) * step;
    return down > here.height / 2 ? [{ input, distance: [down, Math.abs(left - here.left)] }] : [];
  });
  const [next] = others.sort(
    (a, b) =>
      (a.distance[0] ?? 0) - (b.distance[0] ?? 0) || (a.distance[1] ?? 0) - (b.distance[1] ?? 0),
  );
  next?.input.focus();
  next?.input.click();
}
