// A write that the server does not take: why, and what can be done.

import { useState } from "react";
import { useDevice } from "../data/device-context.ts";
import { saveFile } from "../data/save-file.ts";
import { useMessages } from "../i18n/index.tsx";
import { Button } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import type { Decision } from "./decision.ts";
import { useRecordName } from "./use-record-name.ts";

export function RefusedCard({
  decision: { ids, entries, wanted },
}: {
  readonly decision: Decision;
}) {
  const text = useMessages("conflicts");
  const { client } = useDevice();
  const show = useToast();
  const [busy, setBusy] = useState(false);
  const name = useRecordName(wanted[0], () => undefined);
  const error = entries[0]?.error;

  async function each(act: (id: number) => Promise<unknown>) {
    setBusy(true);
    try {
      for (const id of ids) await act(id);
    } catch {
      show({ text: text.failed });
    }
    setBusy(false);
  }

  return (
    <section className="card decision" aria-label={name}>
      <h2>{name}</h2>
      <p>
        <strong>{text.refusedTitle}.</strong> {reasonText(error, text)}
      </p>
      <p className="soft">{text.refusedText}</p>
      <div className="decision-actions">
        <Button
          look="strong"
          busy={busy}
          onClick={() => void each(async (id) => void (await client.inbox.retry(id)))}
        >
          {text.retry}
        </Button>
        <Button
          busy={busy}
          onClick={() =>
            saveFile("kanso-change.json", JSON.stringify(entries, null, 1), "application/json")
          }
        >
          {text.saveCopy}
        </Button>
        <Button look="danger" busy={busy} onClick={() => void each(client.inbox.discard)}>
          {text.giveUp}
        </Button>
      </div>
    </section>
  );
}

const REASONS = {
  schema: "schema",
  invalid: "schema",
  forbidden: "forbidden",
  too_large: "too_large",
  not_found: "not_found",
} as const;

function reasonText(
  error: { readonly code: string; readonly message: string } | undefined,
  text: {
    readonly schema: string;
    readonly forbidden: string;
    readonly too_large: string;
    readonly not_found: string;
    otherReason(message: string): string;
  },
): string {
  const known = Object.entries(REASONS).find(([code]) => code === error?.code)?.[1];
  return known === undefined ? text.otherReason(error?.message ?? "") : text[known];
}
