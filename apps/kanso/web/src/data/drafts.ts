// What was typed and is not saved yet: kept on this device until it is saved or thrown away, whatever closes what it was typed in.

import { useMemo, useState } from "react";

/** The fields that were changed, by their names. */
export type Draft = Readonly<Partial<Record<string, string>>>;

export interface KeptDraft {
  readonly draft: Draft;
  /** It was there when its form was opened. */
  readonly wasKept: boolean;
  change(fields: Draft): void;
  /** It was saved, or is not wanted. */
  drop(): void;
}

const PREFIX = "kanso.draft.";

/** @param id of what is edited: one draft each */
export function useDraft(id: string): KeptDraft {
  const kept = useMemo(() => read(id), [id]);
  const [draft, setDraft] = useState(kept);
  const [wasKept, setWasKept] = useState(Object.keys(kept).length > 0);
  return {
    draft,
    wasKept,
    change(fields) {
      const next = { ...draft, ...fields };
      setDraft(next);
      keep(id, next);
    },
    drop() {
      setDraft({});
      setWasKept(false);
      localStorage.removeItem(PREFIX + id);
    },
  };
}

function keep(id: string, draft: Draft): void {
  try {
    localStorage.setItem(PREFIX + id, JSON.stringify(draft));
  } catch {
    // No room: it stays as long as its form is open.
  }
}

function read(id: string): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + id) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, text]) => typeof text === "string"));
  } catch {
    return {}; // what cannot be read was not typed
  }
}
