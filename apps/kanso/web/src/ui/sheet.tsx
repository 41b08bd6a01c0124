// A sheet over the page: the browser's own dialog. Escape, the backdrop and "back" close it, and focus returns.

import { type ReactNode, useEffect, useId, useRef } from "react";
import { useMessages } from "../i18n/index.tsx";
import { IconButton } from "./button.tsx";
import "./sheet.css";

/** Where there is something to fill in, one begins there: a sheet says with `data-first` if it is not its first field. */
const FIRST_FIELD =
  ":is([data-first], form:not(:has([data-first])) :is(input:not([type=radio]), input:checked, textarea, select))";

export interface SheetProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The sheet is there as long as it is rendered: stop rendering it. */
  onClose(): void;
}

export function Sheet({ title, children, onClose }: SheetProps) {
  const { close } = useMessages("shell");
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const pressed = useRef<EventTarget>(null);
  const latest = useRef(onClose);
  latest.current = onClose;

  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    element?.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog's own keys close it, too
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        latest.current();
      }}
      onPointerDown={({ target }) => {
        pressed.current = target;
      }}
      onClick={({ target }) => {
        // Who only ends there what began elsewhere (a long press, text that is selected) does not mean the backdrop.
        if (target === dialog.current && pressed.current === target) latest.current();
      }}
    >
      <div className="sheet-content">
        <div className="sheet-header">
          <h2 id={id} dir="auto">
            {title}
          </h2>
          <IconButton icon="close" label={close} onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
