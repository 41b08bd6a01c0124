// Work in slices: whatever its amount, the page gets a turn many times a second.

/** So long a slice may take: on a phone four times slower than this, a frame or two. */
const SLICE_MS = 6;

/** Does something with each item, then what comes last. @returns stops it */
export function inSlices<Item>(
  items: readonly Item[],
  each: (item: Item) => void,
  atEnd: () => void,
): () => void {
  let place = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const go = () => {
    const end = performance.now() + SLICE_MS;
    while (place < items.length && performance.now() < end) {
      const item = items[place];
      place += 1;
      if (item !== undefined) each(item);
    }
    if (place >= items.length) atEnd();
    else timer = setTimeout(go);
  };
  go();
  return () => clearTimeout(timer);
}
