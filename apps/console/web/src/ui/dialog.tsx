// Dialogs: the browser's own, which Escape closes and from which the focus returns; and one that asks for a typed name.

import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { ApiError } from "../api/client.ts";
import { problemOf } from "../state/use-answer.ts";
import { Button } from "./button.tsx";
import { TextField } from "./field.tsx";
import { Problem } from "./states.tsx";

export interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The dialog is there as long as it is rendered: stop rendering it. */
  onClose(): void;
}

export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>("input, select")?.focus();
    return () => {
      element?.close();
      // Where the button is gone with what was deleted, the page begins anew.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
      else document.querySelector<HTMLElement>("h1")?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

export interface ConfirmProps {
  readonly title: string;
  /** What it means. */
  readonly children: ReactNode;
  /** What is on the button. */
  readonly act: string;
  /** What has to be typed first; nothing for what is mended easily. */
  readonly typed?: string;
  readonly look?: "strong" | "danger";
  /** What is done; the dialog stays open, and says why, where it throws. */
  onAct(): Promise<void>;
  onClose(): void;
}

/** Asks before something is done that is not easily undone. */
export function Confirm(props: ConfirmProps) {
  const { title, children, act, typed, look = "danger", onAct, onClose } = props;
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError>();
  const [mismatch, setMismatch] = useState<string>();

  async function go(): Promise<void> {
    if (typed !== undefined && text.trim() !== typed)
      return setMismatch(`Type it exactly: ${typed}`);
    setBusy(true);
    setProblem(undefined);
    try {
      await onAct();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
    setBusy(false);
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void go();
        }}
      >
        <div className="stack">{children}</div>
        {typed === undefined ? null : (
          <TextField
            label={`Type ${typed} to confirm`}
            value={text}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            problem={mismatch}
            onChange={({ target }) => {
              setText(target.value);
              setMismatch(undefined);
            }}
          />
        )}
        {problem === undefined ? null : <Problem problem={problem} />}
        <div className="actions">
          <Button type="submit" look={look} busy={isBusy}>
            {act}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What is shown once: a key, a password. */
export function Secret({
  children,
  text,
}: {
  readonly children: ReactNode;
  readonly text: string;
}) {
  return (
    <div className="note">
      {children}
      <pre className="secret">
        <code>{text}</code>
      </pre>
    </div>
  );
}
