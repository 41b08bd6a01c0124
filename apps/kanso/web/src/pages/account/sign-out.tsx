// Signing out of this device. What the server does not have is asked about, in words that say what becomes of it.

import type { Unsynced } from "@syncline/client";
import { useState } from "react";
import { Link } from "wouter";
import { copyOfAll } from "../../data/archive.ts";
import { useSyncStatus } from "../../data/collections.ts";
import { useDevice } from "../../data/device-context.ts";
import { forgetPerson } from "../../data/forget-person.ts";
import type { KansoClient } from "../../data/open.ts";
import { datedName, saveFile } from "../../data/save-file.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/sheet.tsx";

interface Way {
  readonly unsynced: Unsynced;
  readonly label: string;
  readonly hint: string;
}

export function SignOut() {
  const text = useMessages("account");
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{text.signOut}</Button>
      {asking ? <SignOutSheet onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function SignOutSheet({ onClose }: { onClose(): void }) {
  const text = useMessages("account");
  const { client, session } = useDevice();
  const { pending, rejected } = useSyncStatus();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const unsynced = pending + rejected;

  async function signOut(way: Unsynced) {
    setBusy(true);
    setProblem(undefined);
    try {
      if (way === "export")
        saveFile(datedName(".json"), await copyOfAll(client), "application/json");
      await leave(client, way);
    } catch {
      setProblem(rejected > 0 ? text.signOutDecide : text.offlineProblem);
      setBusy(false);
      return;
    }
    await session.end();
    if (way !== "keep") await forgetPerson(session);
    location.assign("/");
  }

  const keep: Way = { unsynced: "keep", label: text.signOutKeep, hint: text.signOutKeepText };
  const ways: readonly Way[] =
    unsynced === 0
      ? [{ unsynced: "push", label: text.signOutClean, hint: text.signOutCleanText }, keep]
      : [
          { unsynced: "push", label: text.signOutPush, hint: text.signOutPushText },
          keep,
          { unsynced: "export", label: text.signOutExport, hint: text.signOutExportText },
          { unsynced: "discard", label: text.signOutDiscard, hint: text.signOutDiscardText },
        ];
  return (
    <Sheet title={text.signOutTitle} onClose={onClose}>
      <p>{unsynced === 0 ? text.signOutText : text.signOutWaiting(unsynced)}</p>
      <p role="alert" className="field-problem">
        {problem}
      </p>
      {rejected > 0 && problem !== undefined ? (
        <Link href="/conflicts">{text.toDecide}</Link>
      ) : null}
      <ul className="plain-list choices">
        {ways.map(({ unsynced: way, label, hint }, index) => (
          <li key={way}>
            <Button
              look={index === 0 ? "strong" : way === "discard" ? "danger" : "quiet"}
              disabled={busy}
              onClick={() => void signOut(way)}
            >
              {label}
            </Button>
            <p className="soft">{hint}</p>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** Where everything is on the server already, nobody has to wait for a network. */
async function leave(client: KansoClient, way: Unsynced): Promise<void> {
  try {
    await client.signOut({ unsynced: way });
  } catch (thrown) {
    const { pending, rejected } = client.status.getSnapshot();
    if (way !== "push" || pending + rejected > 0) throw thrown;
    await client.signOut({ unsynced: "discard" });
  }
}
