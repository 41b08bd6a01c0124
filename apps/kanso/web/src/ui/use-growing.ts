// A long list in pieces: as many rows as a screen holds at once, the others a few with each frame.

import { startTransition, useEffect, useState } from "react";

/** As many as a phone shows. */
const FIRST = 10;
/** So many are made, laid out and painted without a frame being missed. */
const MORE = 10;

/** How many of a list to show now. */
export function useGrowing(total: number): number {
  const [count, setCount] = useState(FIRST);
  const isWhole = count >= total;
  useEffect(() => {
    if (isWhole) return;
    const frame = requestAnimationFrame(() =>
      startTransition(() => setCount((held) => held + MORE)),
    );
    return () => cancelAnimationFrame(frame);
  }, [isWhole, count]);
  return count;
}
