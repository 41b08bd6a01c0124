// What was just done, said once and read aloud, with a way back. It has a place of its own, and lies over nothing.

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { createSource, type Source, useSource } from "../data/source.ts";
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

interface Toasts {
  readonly shown: Source<{ readonly message: ToastMessage } | undefined>;
  readonly show: ShowToast;
  hide(): void;
}

const SHOWN_MS = 7_000;
const Context = createContext<Toasts>(createToasts());

function createToasts(): Toasts {
  const shown = createSource<{ readonly message: ToastMessage } | undefined>(undefined);
  return {
    shown,
    show: (message) => shown.set({ message }),
    hide: () => shown.set(undefined),
  };
}

export function useToast(): ShowToast {
  return useContext(Context).show;
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts] = useState(createToasts);
  return <Context value={toasts}>{children}</Context>;
}

/** Where messages stand: there is one such place in the frame. */
export function ToastPlace() {
  const { shown: source, hide } = useContext(Context);
  const shown = useSource(source);
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (shown === undefined || shown.message.stays === true || held) return;
    const timer = setTimeout(hide, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown, held, hide]);

  const message = shown?.message;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: whoever is about to use the button is given the time
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
            <span className="toast-text">{message.text}</span>
            {message.action === undefined ? null : (
              <Button
                onClick={() => {
                  hide();
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
  );
}
