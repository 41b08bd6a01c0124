// A long press, or the key for the context menu, beside an ordinary click.

import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

const LONG_MS = 500;
/** Whose finger moves farther is scrolling. */
const SLOP_PX = 10;

interface Press {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly x: number;
  readonly y: number;
}

export function useLongPress(onLong: () => void, onClick: () => void) {
  const press = useRef<Press>(undefined);
  /** The click that ends a long press is none. */
  const wasLong = useRef(false);
  const stop = () => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  };
  useEffect(() => () => clearTimeout(press.current?.timer), []);
  return {
    onPointerDown({ clientX: x, clientY: y, button }: PointerEvent) {
      wasLong.current = false;
      if (button !== 0) return;
      const timer = setTimeout(() => {
        wasLong.current = true;
        press.current = undefined;
        onLong();
      }, LONG_MS);
      press.current = { timer, x, y };
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      if (press.current === undefined) return;
      const { x, y } = press.current;
      if (Math.hypot(clientX - x, clientY - y) > SLOP_PX) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onPointerLeave: stop,
    onContextMenu(event: MouseEvent) {
      event.preventDefault();
      stop();
      if (!wasLong.current) onLong();
      wasLong.current = true;
    },
    onClick({ detail }: MouseEvent) {
      const ends = wasLong.current && detail > 0; // a click of the keyboard's has no detail
      wasLong.current = false;
      if (!ends) onClick();
    },
  };
}
