// Undo and redo, each saying what it did and offering the other.

import { DomainError } from "@syncline/kanso-domain";
import { useActions } from "../data/actions.ts";
import type { StepLabel, TurnedStep } from "../data/undo-steps.ts";
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
  /** Where nothing was taken back there is nothing to be made again either. */
  function say(step: TurnedStep, way: "undo" | "redo"): void {
    const said = text.turned[way][step.left](named(step));
    const action =
      way === "undo" ? { label: text.redo, run: redo } : { label: undoLabel, run: undo };
    show(step.left === "all" ? { text: said } : { text: said, action });
  }
  const failed = (thrown: unknown) =>
    show({ text: thrown instanceof DomainError ? thrown.message : text.failed });

  function undo(): void {
    actions.undo().then((step) => {
      if (step === undefined) show({ text: text.nothingToUndo });
      else say(step, "undo");
    }, failed);
  }

  function redo(): void {
    actions.redo().then((step) => {
      if (step === undefined) show({ text: text.nothingToRedo });
      else say(step, "redo");
    }, failed);
  }

  return { undo, redo, failed };
}
