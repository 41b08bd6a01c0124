// An import, step by step: choose files, see what is in them, write it, and take it back if it was not what was meant.

import { isSynclineError } from "@syncline/client";
import { useEffect, useRef, useState } from "react";
import { useDevice } from "../../data/device-context.ts";
import { useMessages } from "../../i18n/index.tsx";
import type { ImportsMessages } from "../../i18n/messages/en/import.ts";
import { askWorker, FileError } from "../../transfer/ask-worker.ts";
import { damageText } from "../../transfer/damage-text.ts";
import type { PickedFile } from "../../transfer/messages.ts";
import type { Plan } from "../../transfer/plan.ts";
import { type ImportRun, readHere, runImport, takeBack } from "../../transfer/run-import.ts";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { FilePicker } from "./file-picker.tsx";
import { Preview, type PreviewProps } from "./preview.tsx";
import { Working } from "./working.tsx";

type Step =
  | { readonly name: "pick"; readonly problem?: string; readonly note?: string }
  | { readonly name: "read" }
  | { readonly name: "preview"; readonly found: Pick<PreviewProps, "imported" | "here"> }
  | { readonly name: "write"; readonly share: number }
  | { readonly name: "undo" }
  | { readonly name: "done"; readonly run: ImportRun; readonly plan: Plan };

export function ImportSteps() {
  const text = useMessages("imports");
  const { client } = useDevice();
  const [step, setStep] = useState<Step>({ name: "pick" });
  const work = useRef(new AbortController());
  useEffect(() => () => work.current.abort(), []);

  /** What was under way before is over. */
  function begin(): AbortSignal {
    work.current.abort();
    work.current = new AbortController();
    return work.current.signal;
  }

  async function read(files: readonly PickedFile[]) {
    const signal = begin();
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

  async function write(plan: Plan) {
    const signal = begin();
    setStep({ name: "write", share: 0 });
    try {
      const onProgress = (share: number) => setStep({ name: "write", share });
      const run = await runImport(client, plan, { signal, onProgress });
      setStep({ name: "done", run, plan });
    } catch (thrown) {
      if (signal.aborted) setStep({ name: "pick", note: text.canceled });
      else setStep({ name: "pick", problem: problemText(thrown, text) });
    }
  }

  async function undo({ label }: ImportRun) {
    setStep({ name: "undo" });
    try {
      const isBack = await takeBack(client, label);
      setStep({ name: "pick", note: isBack ? text.undone : text.notLast });
    } catch (thrown) {
      setStep({ name: "pick", problem: problemText(thrown, text) });
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
          <p role="status">{step.note}</p>
        </>
      );
    case "read":
      return (
        <Working
          label={text.reading}
          onCancel={() => {
            work.current.abort();
            setStep({ name: "pick", note: text.canceled });
          }}
        />
      );
    case "preview":
      return (
        <Preview
          {...step.found}
          onStart={(plan) => void write(plan)}
          onAgain={() => setStep({ name: "pick" })}
        />
      );
    case "write":
      return (
        <Working
          label={text.importing}
          hint={text.importingText}
          share={step.share}
          onCancel={() => work.current.abort()}
        />
      );
    case "undo":
      return <Working label={text.undoing} />;
    case "done":
      return (
        <div className="stack">
          <p role="status">
            <strong>{text.doneTitle}.</strong>{" "}
            {text.done(step.plan.habits.length, step.plan.entries.length)}
          </p>
          <div className="button-row">
            <ButtonLink href="/" look="strong">
              {text.toHabits}
            </ButtonLink>
            <Button onClick={() => void undo(step.run)}>{text.undo}</Button>
          </div>
        </div>
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
