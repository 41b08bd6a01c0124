// What lies over the page, whichever page it is: the search, or the list of keys.

import { createSource, useSource } from "../data/source.ts";

export type Overlay = "search" | "shortcuts";

const source = createSource<Overlay | null>(null);

export function useOverlay(): Overlay | null {
  return useSource(source);
}

export function openOverlay(overlay: Overlay): void {
  source.set(overlay);
}

export function closeOverlay(): void {
  source.set(null);
}
