// What was just done, said once and read aloud, with a way back.

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { Button } from "./button.tsx";
import "./toast.css";

export interface ToastMessage {
  readonly text: string;
  readonly action?: { readonly label: string; run(): void };
  /** It stays until something is done about it. */
  readonly stays?: boolean;
}

/** Shows a message in the place of the one before. */
export type ShowToast = (message: ToastMessage) => void;

const Context = createContext<ShowToast>(() => {});

export function useToast(): ShowToast {
  return useContext(Context);
}

const SHOWN_MS = 7_000;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<{ readonly message: ToastMessage } | undefined>();
  const show = useMemo<ShowToast>(() => (message) => setShown({ message }), []);
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (shown === undefined || shown.message.stays === true || held) return;
    // Only itself: the next one may have come in the same moment.
    const hide = () => setShown((now) => (now === shown ? undefined : now));
    const timer = setTimeout(hide, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown, held]);

  const message = shown?.message;
  return (
    <Context value={show}>
      {children}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: whoever is about to use the button is given the time */}
      <div
        className="toasts"
        onFocus={() => setHeld(true)}
        onBlur={() => setHeld(false)}
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
      >
        <div role="status" className={message === undefined ? "" : "toast"}>
          {message === undefined ? null : (
            <>
              <span>{message.text}</span>
              {message.action === undefined ? null : (
                <Button
                  onClick={() => {
                    setShown(undefined);
                    setHeld(false);
                    message.action?.run();
                  }}
                >
                  {message.action.label}
                </Button>
              )}
            </>
          )}
        </div>
      </div>
    </Context>
  );
}
