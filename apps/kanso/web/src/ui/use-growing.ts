// A long page in pieces: as much as a screen holds at once, the rest a little with each frame.

import { startTransition, useEffect, useState } from "react";

/**
 * How many of something to show now.
 * @param each so many are made, laid out and painted without a frame being missed; the first of them fill a phone
 */
export function useGrowing(total: number, each: number): number {
  const [count, setCount] = useState(each);
  const isWhole = count >= total;
  useEffect(() => {
    if (isWhole) return;
    const frame = requestAnimationFrame(() =>
      startTransition(() => setCount((held) => held + each)),
    );
    return () => cancelAnimationFrame(frame);
  }, [isWhole, count, each]);
  return count;
}
