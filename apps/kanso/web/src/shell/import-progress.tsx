// An import that goes on while other pages are shown: how far it is, in the header, and what became of it.

import { useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { type ImportState, importState } from "../data/import-state.ts";
import { useSource } from "../data/source.ts";
import { useFormat, useMessages } from "../i18n/index.tsx";
import { useToast } from "../ui/toast.tsx";

/** @returns nothing while none goes on */
export function ImportProgress() {
  const text = useMessages("shell");
  const format = useFormat();
  const state = useSource(importState);
  useOutcome(state);
  if (state.name !== "write" && state.name !== "undo") return null;
  const label = state.name === "write" ? text.importing : text.importGoesBack;
  return (
    <Link href="/import" className="sync-status import-progress" data-mood="well">
      <span>{label}</span>
      {state.name === "write" ? (
        <progress max={1} value={state.share} aria-label={label}>
          {format.percent(state.share)}
        </progress>
      ) : null}
    </Link>
  );
}

/** Said where nobody looks at it anyway. */
function useOutcome(state: ImportState): void {
  const text = useMessages("shell");
  const show = useToast();
  const [location, go] = useLocation();
  const before = useRef(state.name);
  useEffect(() => {
    const was = before.current;
    before.current = state.name;
    if (was === state.name || location === "/import") return;
    const action = { label: text.importShow, run: () => go("/import") };
    if (state.name === "done") show({ text: text.importDone(state.habits), action });
    if (state.name === "failed") show({ text: text.importFailed, action });
  }, [state, location, go, show, text]);
}
