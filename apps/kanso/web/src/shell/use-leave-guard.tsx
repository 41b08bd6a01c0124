// Asks before a page is left on which something is not saved: by a link, by "back", or by closing the tab.

import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useMessages } from "../i18n/index.tsx";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";

export interface LeaveGuard {
  /** The question, while it is asked. */
  readonly question: ReactNode;
  /** Goes to another page without asking. */
  leaveTo(path: string): void;
}

export function useLeaveGuard(isUnsaved: boolean): LeaveGuard {
  const text = useMessages("habitForm");
  const [, go] = useLocation();
  const [wanted, setWanted] = useState<() => void>();
  const allowed = useRef(false);

  useEffect(() => {
    if (!isUnsaved) return;
    const stop = new AbortController();
    const { signal } = stop;
    addEventListener(
      "beforeunload",
      (event) => {
        if (!allowed.current) event.preventDefault();
      },
      { signal },
    );
    // Browsers without it ask only when the tab is closed.
    globalThis.navigation?.addEventListener(
      "navigate",
      (event) => {
        const { destination, cancelable, navigationType } = event;
        const isHere = new URL(destination.url).pathname === location.pathname;
        if (allowed.current || !cancelable || !destination.sameDocument || isHere) return;
        event.preventDefault();
        setWanted(() => () => {
          if (navigationType === "traverse") globalThis.navigation.traverseTo(destination.key);
          else go(destination.url.slice(location.origin.length));
        });
      },
      { signal },
    );
    return () => stop.abort();
  }, [isUnsaved, go]);

  const question =
    wanted === undefined ? null : (
      <Sheet title={text.leaveTitle} onClose={() => setWanted(undefined)}>
        <p>{text.leaveText}</p>
        <div className="sheet-buttons">
          <Button onClick={() => setWanted(undefined)}>{text.stay}</Button>
          <Button
            look="danger"
            onClick={() => {
              allowed.current = true;
              wanted();
            }}
          >
            {text.leave}
          </Button>
        </div>
      </Sheet>
    );
  return {
    question,
    leaveTo(path) {
      allowed.current = true;
      go(path);
    },
  };
}
