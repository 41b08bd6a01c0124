// Where one is in the console: the part of the address behind #, which is never sent to a server, and so is in no log.

import { useSyncExternalStore } from "react";

function read(): string {
  return location.hash;
}

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

/** The address in its parts: `#/spaces/todo/team` is `spaces`, `todo`, `team`. */
export function useAddress(): readonly string[] {
  return partsOf(useSyncExternalStore(subscribe, read));
}

export function partsOf(hash: string): readonly string[] {
  return hash
    .replace(/^#?\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part; // typed by hand
      }
    });
}

/** What a link to a page has in its `href`. */
export function linkTo(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/** A space is `app/name`, and its page has both as parts of the address. */
export function linkToSpace(space: string): string {
  return linkTo("spaces", ...space.split("/"));
}
