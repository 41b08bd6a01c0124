// Signing out of this device. What the server does not have is asked about, in words that say what becomes of it.

import type { Unsynced } from "@syncline/client";
import { useEffect, useRef, useState } from "react";
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
  const { pending, rejected, phase } = useSyncStatus();
  const [problem, setProblem] = useState<string>();
  /** It is waited until all is sent; who does not want to wait chooses another way. */
  const [sends, setSends] = useState(false);
  const leaving = useRef(false);
  const unsynced = pending + rejected;

  async function signOut(way: Unsynced) {
    if (leaving.current) return;
    leaving.current = true;
    setProblem(undefined);
    try {
      if (way === "export")
        saveFile(datedName(".json"), await copyOfAll(client), "application/json");
      await leave(client, way);
    } catch {
      leaving.current = false;
      setSends(false);
      setProblem(text.offlineProblem);
      return;
    }
    await session.end();
    if (way !== "keep") await forgetPerson(session);
    location.assign("/");
  }

  function choose(way: Unsynced) {
    const waits = way === "push" && unsynced > 0;
    setSends(waits);
    if (waits)
      client.sync().catch(() => undefined); // what is in the way is said below
    else void signOut(way);
  }

  const latest = useRef(signOut);
  latest.current = signOut;
  useEffect(() => {
    if (sends && unsynced === 0) void latest.current("push");
  }, [sends, unsynced]);

  const mustDecide = sends && rejected > 0;
  const isAway = phase === "offline" || phase === "closed";
  const waiting = !sends ? undefined : isAway ? text.signOutOffline : text.signOutSending;
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
      <p role="status">{mustDecide ? undefined : waiting}</p>
      <p role="alert" className="field-problem">
        {mustDecide ? text.signOutDecide : problem}
      </p>
      {mustDecide ? <Link href="/conflicts">{text.toDecide}</Link> : null}
      <ul className="plain-list choices">
        {ways.map(({ unsynced: way, label, hint }, index) => (
          <li key={way}>
            <Button
              look={index === 0 ? "strong" : way === "discard" ? "danger" : "quiet"}
              onClick={() => choose(way)}
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
