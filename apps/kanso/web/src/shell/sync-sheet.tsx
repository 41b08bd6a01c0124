// More about how the device stands to the server: what waits, since when, why, and what the person can do.

import type { ConnectionState } from "@syncline/client";
import { useState } from "react";
import { useLocation } from "wouter";
import { useSyncStatus } from "../data/collections.ts";
import { useDevice, useLastSync } from "../data/device-context.ts";
import { DecisionList } from "../decisions/decision-list.tsx";
import { useFormat, useMessages } from "../i18n/index.tsx";
import type { ShellMessages } from "../i18n/messages/en/shell.ts";
import { agoText } from "../i18n/moment.ts";
import { StorageState } from "../storage/storage-state.tsx";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";

export interface SyncSheetProps {
  /** What the status says in short. */
  readonly headline: string;
  onClose(): void;
}

export function SyncSheet({ headline, onClose }: SyncSheetProps) {
  const text = useMessages("shell");
  const decisions = useMessages("conflicts");
  const status = useSyncStatus();
  const [hadDecisions] = useState(status.rejected > 0);
  const [, go] = useLocation();
  const leaveTo = (path: string) => {
    onClose();
    go(path);
  };
  if (hadDecisions)
    return (
      <Sheet title={decisions.title} onClose={onClose}>
        <DecisionList />
        <Button onClick={() => leaveTo("/conflicts")}>{text.toDecisions}</Button>
      </Sheet>
    );
  const why = whyOf(status, text);
  return (
    <Sheet title={text.syncTitle} onClose={onClose}>
      <p>
        <strong>{headline}</strong>
      </p>
      {why === undefined ? null : <p>{why}</p>}
      <Facts status={status} />
      <SyncNow />
      {status.phase === "needs-auth" ? (
        <Button look="strong" onClick={() => leaveTo("/sign-in")}>
          {text.signInToSync}
        </Button>
      ) : null}
      {status.phase === "incompatible" ? (
        <Button look="strong" onClick={() => location.reload()}>
          {text.update}
        </Button>
      ) : null}
      <Button onClick={() => leaveTo("/account")}>{text.toAccount}</Button>
      <div className="sync-storage">
        <StorageState />
      </div>
    </Sheet>
  );
}

function Facts({ status: { pending } }: { readonly status: ConnectionState }) {
  const text = useMessages("shell");
  const { locale } = useFormat();
  const lastSync = useLastSync();
  return (
    <ul className="plain-list soft">
      <li>{pending > 0 ? text.waitingOf(pending) : text.waitingNone}</li>
      <li>
        {lastSync === null
          ? text.neverSynced
          : text.lastSync(agoText(locale, lastSync, Date.now()))}
      </li>
    </ul>
  );
}

function SyncNow() {
  const text = useMessages("shell");
  const { client } = useDevice();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState("");

  async function sync() {
    setBusy(true);
    setOutcome("");
    try {
      await client.sync();
      setOutcome(text.syncedNow);
    } catch {
      setOutcome(whyOf(client.status.getSnapshot(), text) ?? text.whyOffline);
    }
    setBusy(false);
  }

  return (
    <>
      <Button look="strong" busy={busy} onClick={() => void sync()}>
        {text.syncNow}
      </Button>
      <p role="status">{outcome}</p>
    </>
  );
}

/** What a person can make of it; undefined: all is well. */
function whyOf(
  { phase, reason, diverged }: ConnectionState,
  text: ShellMessages,
): string | undefined {
  switch (phase) {
    case "offline":
    case "closed":
      return text.whyOffline;
    case "needs-auth":
      return text.whyNeedsAuth;
    case "blocked":
      return reason?.code === "forbidden" ? text.whyForbidden : text.whyBlocked;
    case "incompatible":
      return text.whyOutdated;
    default:
      return diverged.length > 0 ? text.whyDiverged : undefined;
  }
}
