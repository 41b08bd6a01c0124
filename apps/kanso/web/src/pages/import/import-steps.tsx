// An import, step by step: choose files, see what is in them, write it, and take it back if it was not what was meant.

import { isSynclineError } from "@syncline/client";
import { useEffect, useRef, useState } from "react";
import { useDevice } from "../../data/device-context.ts";
import { importState } from "../../data/import-state.ts";
import { useSource } from "../../data/source.ts";
import { useMessages } from "../../i18n/index.tsx";
import type { ImportsMessages } from "../../i18n/messages/en/import.ts";
import { askWorker, FileError } from "../../transfer/ask-worker.ts";
import { damageText } from "../../transfer/damage-text.ts";
import { endImport, startImport, stopImport, undoImport } from "../../transfer/import-job.ts";
import type { PickedFile } from "../../transfer/messages.ts";
import { readHere } from "../../transfer/run-import.ts";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { FilePicker } from "./file-picker.tsx";
import { Preview, type PreviewProps } from "./preview.tsx";
import { Working } from "./working.tsx";

type Step =
  | { readonly name: "pick"; readonly problem?: string }
  | { readonly name: "read" }
  | { readonly name: "preview"; readonly found: Pick<PreviewProps, "imported" | "here"> };

export function ImportSteps() {
  const text = useMessages("imports");
  const { client } = useDevice();
  const state = useSource(importState);
  // Who has seen how it went begins anew the next time.
  useEffect(
    () => () => {
      const { name } = importState.getSnapshot();
      if (name !== "write" && name !== "undo") endImport();
    },
    [],
  );
  switch (state.name) {
    case "none":
      return <ChooseSteps />;
    case "write":
      return (
        <Working
          label={text.importing}
          hint={text.importingText}
          share={state.share}
          onCancel={stopImport}
        />
      );
    case "undo":
      return <Working label={text.undoing} />;
    case "back":
      return <ChooseSteps note={state.wasDone ? text.undone : text.canceled} />;
    case "failed":
      return <ChooseSteps problem={problemText(state.thrown, text)} />;
    case "done":
      return (
        <div className="stack">
          <p role="status">
            <strong>{text.doneTitle}.</strong> {text.done(state.habits, state.entries)}
          </p>
          <div className="button-row">
            <ButtonLink href="/" look="strong">
              {text.toHabits}
            </ButtonLink>
            <Button onClick={endImport}>{text.again}</Button>
            <Button onClick={() => undoImport(client)}>{text.undo}</Button>
          </div>
        </div>
      );
    default:
      return state satisfies never;
  }
}

interface ChooseStepsProps {
  /** What became of the import before. */
  readonly note?: string;
  readonly problem?: string;
}

function ChooseSteps({ note, problem }: ChooseStepsProps) {
  const text = useMessages("imports");
  const { client } = useDevice();
  const [step, setStep] = useState<Step>({ name: "pick", ...(problem && { problem }) });
  const [isCanceled, setIsCanceled] = useState(false);
  const work = useRef(new AbortController());
  useEffect(() => () => work.current.abort(), []);

  async function read(files: readonly PickedFile[]) {
    work.current.abort();
    work.current = new AbortController();
    const { signal } = work.current;
    setIsCanceled(false);
    setStep({ name: "read" });
    try {
      const answer = await askWorker({ type: "read", files, nowMs: Date.now() }, signal);
      const here = await readHere(client);
      if (answer.type === "read" && !signal.aborted)
        setStep({ name: "preview", found: { imported: answer.imported, here } });
    } catch (thrown) {
      if (!signal.aborted) setStep({ name: "pick", problem: problemText(thrown, text) });
    }
  }

  switch (step.name) {
    case "pick":
      return (
        <>
          <FilePicker onPick={(files) => void read(files)} />
          <p role="alert" className="field-problem">
            {step.problem}
          </p>
          <p role="status">{isCanceled ? text.canceled : note}</p>
        </>
      );
    case "read":
      return (
        <Working
          label={text.reading}
          onCancel={() => {
            work.current.abort();
            setIsCanceled(true);
            setStep({ name: "pick" });
          }}
        />
      );
    case "preview":
      return (
        <Preview
          {...step.found}
          onStart={(plan) => startImport(client, plan)}
          onAgain={() => setStep({ name: "pick" })}
        />
      );
    default:
      return step satisfies never;
  }
}

function problemText(thrown: unknown, text: ImportsMessages): string {
  if (isSynclineError(thrown, "storage_full")) return text.noRoom;
  if (!(thrown instanceof FileError)) return text.failed;
  const { problem, damage } = thrown;
  return problem === "damaged" ? damageText(damage, text) : text[problem];
}
