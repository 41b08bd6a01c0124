// One stop of the tab key for a whole grid: arrows go from cell to cell.

import { type FocusEvent, type KeyboardEvent, useCallback } from "react";
import { gridStep } from "./grid-step.ts";

interface GridFocus {
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  onFocus(event: FocusEvent<HTMLElement>): void;
}

/**
 * For the element around cells with `data-cell="row:column"`, of which one has `tabIndex` 0. What is focused is
 * the DOM's business alone: going through a grid renders nothing.
 */
export function useGridFocus(): GridFocus {
  const onKeyDown = useCallback((event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const cell = cellOf(event.target);
    const place = placeOf(cell);
    if (place === undefined) return;
    const cells = new Map<string, HTMLElement>();
    for (const one of event.currentTarget.querySelectorAll<HTMLElement>("[data-cell]"))
      cells.set(one.dataset["cell"] ?? "", one);
    const next = gridStep(event.key, place, [...cells.keys()]);
    if (next === undefined) return;
    event.preventDefault();
    cells.get(next)?.focus();
  }, []);
  const onFocus = useCallback((event: FocusEvent<HTMLElement>) => {
    const cell = cellOf(event.target);
    if (cell === undefined) return;
    for (const one of event.currentTarget.querySelectorAll<HTMLElement>('[tabindex="0"]'))
      if (one !== cell && one.dataset["cell"] !== undefined) one.tabIndex = -1;
    cell.tabIndex = 0;
  }, []);
  return { onKeyDown, onFocus };
}

function cellOf(target: EventTarget): HTMLElement | undefined {
  return target instanceof Element
    ? (target.closest<HTMLElement>("[data-cell]") ?? undefined)
    : undefined;
}

function placeOf(cell: HTMLElement | undefined): string | undefined {
  return cell?.dataset["cell"];
}
