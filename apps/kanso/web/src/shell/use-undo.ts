// Undo and redo, each saying what it did and offering the other.

import { DomainError } from "@syncline/kanso-domain";
import { useActions } from "../data/actions.ts";
import type { StepLabel } from "../data/undo-steps.ts";
import { useMessages } from "../i18n/index.tsx";
import { useToast } from "../ui/toast.tsx";

export interface Undo {
  undo(): void;
  redo(): void;
  /** Says that something could not be done. */
  failed(thrown: unknown): void;
}

export function useUndo(): Undo {
  const show = useToast();
  const actions = useActions();
  const text = useMessages("undo");
  const { undo: undoLabel } = useMessages("shell");

  const named = ({ kind, title }: StepLabel) =>
    kind === undefined ? text.lastChange : text.steps[kind](title);
  const failed = (thrown: unknown) =>
    show({ text: thrown instanceof DomainError ? thrown.message : text.failed });

  function undo(): void {
    actions.undo().then((step) => {
      if (step === undefined) show({ text: text.nothingToUndo });
      else show({ text: text.undone(named(step)), action: { label: text.redo, run: redo } });
    }, failed);
  }

  function redo(): void {
    actions.redo().then((step) => {
      if (step === undefined) show({ text: text.nothingToRedo });
      else show({ text: text.redone(named(step)), action: { label: undoLabel, run: undo } });
    }, failed);
  }

  return { undo, redo, failed };
}
