// Drags a row of a list up and down with a finger, a pen or the mouse; near the edges the page scrolls along.

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";

/** A drag under way. */
export interface Drag {
  readonly from: number;
  /** Where the row would be put now. */
  readonly to: number;
  /** How far the row was dragged. */
  readonly byPx: number;
  /** How far the rows that make room for it move. */
  readonly roomPx: number;
}

interface Grip {
  readonly from: number;
  readonly pointerId: number;
  /** In the page, not in the window: it may scroll. */
  readonly startY: number;
  readonly centers: readonly number[];
  readonly roomPx: number;
  clientY: number;
}

const EDGE_PX = 96;
const MOST_PX_A_FRAME = 14;

/** @param onDrop the row at `from` is to be at `to` */
export function useDragOrder(
  list: RefObject<HTMLElement | null>,
  onDrop: (from: number, to: number) => void,
) {
  const [drag, setDrag] = useState<Drag>();
  const grip = useRef<Grip>(undefined);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  function follow(): void {
    const held = grip.current;
    if (held === undefined) return;
    setDrag(dragOf(held));
  }

  function scrollAlong(): void {
    const held = grip.current;
    if (held === undefined) return;
    const over = Math.max(0, EDGE_PX - held.clientY);
    const under = Math.max(0, held.clientY - (innerHeight - EDGE_PX));
    const before = scrollY;
    scrollBy(0, (Math.min(under - over, EDGE_PX) / EDGE_PX) * MOST_PX_A_FRAME);
    if (scrollY !== before) follow();
    frame.current = requestAnimationFrame(scrollAlong);
  }

  function end(isDropped: boolean): void {
    const held = grip.current;
    grip.current = undefined;
    cancelAnimationFrame(frame.current);
    if (held === undefined) return;
    setDrag(undefined);
    const { from, to } = dragOf(held); // what was drawn last may be a move behind
    if (isDropped && to !== from) onDrop(from, to);
  }

  /** For the handle of the row at a place. */
  const handle = (from: number) => ({
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || list.current === null || grip.current !== undefined) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const rows = [...list.current.children].map((row) => row.getBoundingClientRect());
      const row = rows[from];
      const gap = (rows[1]?.top ?? 0) - (rows[0]?.bottom ?? 0);
      grip.current = {
        from,
        pointerId: event.pointerId,
        startY: event.clientY + scrollY,
        centers: rows.map(({ top, height }) => top + height / 2 + scrollY),
        roomPx: (row?.height ?? 0) + gap,
        clientY: event.clientY,
      };
      frame.current = requestAnimationFrame(scrollAlong);
    },
    onPointerMove(event: PointerEvent) {
      if (grip.current?.pointerId !== event.pointerId) return;
      grip.current.clientY = event.clientY;
      follow();
    },
    onPointerUp: () => end(true),
    onPointerCancel: () => end(false),
    onLostPointerCapture: () => end(false),
  });

  return { drag, handle, cancel: () => end(false) };
}

function dragOf({ from, startY, centers, roomPx, clientY }: Grip): Drag {
  const byPx = clientY + scrollY - startY;
  const center = (centers[from] ?? 0) + byPx;
  const to = centers.filter((other, at) => at !== from && other < center).length;
  return { from, to, byPx, roomPx };
}

/** How far a row is from its place while another one, or itself, is dragged. */
export function shiftOf(at: number, drag: Drag | undefined): number {
  if (drag === undefined) return 0;
  const { from, to, byPx, roomPx } = drag;
  if (at === from) return byPx;
  if (from < at && at <= to) return -roomPx;
  return to <= at && at < from ? roomPx : 0;
}
