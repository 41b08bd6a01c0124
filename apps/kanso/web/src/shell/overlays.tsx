// The keys that work on every page, and what they open. It is loaded when it is first asked for.

import { lazy, Suspense, useEffect } from "react";
import { useLocation } from "wouter";
import { usePreferences } from "../data/preferences.ts";
import { closeOverlay, openOverlay, useOverlay } from "./overlay.ts";
import { useUndo } from "./use-undo.ts";

const SearchSheet = lazy(() =>
  import("../search/search-sheet.tsx").then((module) => ({ default: module.SearchSheet })),
);
const ShortcutsSheet = lazy(() =>
  import("./shortcuts-sheet.tsx").then((module) => ({ default: module.ShortcutsSheet })),
);

export function Overlays() {
  const overlay = useOverlay();
  useKeys();
  return (
    <Suspense>
      {overlay === "search" ? <SearchSheet onClose={closeOverlay} /> : null}
      {overlay === "shortcuts" ? <ShortcutsSheet onClose={closeOverlay} /> : null}
    </Suspense>
  );
}

function useKeys(): void {
  const { undo, redo } = useUndo();
  const { singleKeys } = usePreferences();
  const [, go] = useLocation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isBusy(event)) return;
      const run = actionOf(event);
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    const actionOf = (event: KeyboardEvent): (() => void) | undefined => {
      const key = event.key.toLowerCase();
      if (event.altKey) return undefined;
      if (event.ctrlKey || event.metaKey) {
        if (key === "z") return event.shiftKey ? redo : undo;
        return key === "y" && event.ctrlKey ? redo : undefined;
      }
      if (!singleKeys) return undefined;
      if (key === "/") return () => openOverlay("search");
      if (key === "?") return () => openOverlay("shortcuts");
      return key === "n" ? () => go("/habits/new") : undefined;
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}

/** Texts have an undo of their own, lists are searched by letters, and sheets have their keys. */
function isBusy({ target, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest("input, textarea, select");
  if (field instanceof HTMLSelectElement) return !ctrlKey && !metaKey;
  const isText = !(field instanceof HTMLInputElement) || !/^(radio|checkbox)$/.test(field.type);
  return (field !== null && isText) || target.isContentEditable;
}
