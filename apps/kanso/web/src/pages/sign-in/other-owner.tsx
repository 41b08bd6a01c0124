// Somebody signs in on a device that holds another person's habits: what may become of those.

import { useState } from "react";
import { copyOfAll } from "../../data/archive.ts";
import { useSyncStatus } from "../../data/collections.ts";
import { useDevice, useOwner } from "../../data/device-context.ts";
import { forgetPerson } from "../../data/forget-person.ts";
import { datedName, saveFile } from "../../data/save-file.ts";
import type { Credentials } from "../../data/session.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { problemText } from "./credentials-problems.ts";

export interface OtherOwnerProps {
  readonly credentials: Credentials;
  onBack(): void;
}

export function OtherOwner({ credentials, onBack }: OtherOwnerProps) {
  const text = useMessages("account");
  const { client, session } = useDevice();
  const { pending, rejected } = useSyncStatus();
  const [email] = useState(useOwner()?.email ?? text.otherSomebody);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const unsynced = pending + rejected;

  async function takeOver(keepCopy: boolean) {
    setBusy(true);
    let isGone = false;
    try {
      if (keepCopy) saveFile(datedName(".json"), await copyOfAll(client), "application/json");
      await client.signOut({ unsynced: "discard" });
      await forgetPerson(session);
      isGone = true;
      await session.signIn(credentials);
      location.assign("/");
    } catch (thrown) {
      // Nothing is open any more: the next try begins on an empty device.
      if (isGone) return location.assign("/sign-in");
      setProblem(problemText(thrown, text));
      setBusy(false);
    }
  }

  return (
    <Page title={text.otherTitle(email)}>
      <p>{text.otherText}</p>
      <p>{unsynced > 0 ? text.otherUnsynced(unsynced) : text.otherSynced}</p>
      <p role="alert" className="field-problem">
        {problem}
      </p>
      <div className="stack">
        <Button look="strong" busy={busy} onClick={onBack}>
          {text.otherBack}
        </Button>
        <Button busy={busy} onClick={() => void takeOver(true)}>
          {text.otherExport}
        </Button>
        <Button look="danger" busy={busy} onClick={() => void takeOver(false)}>
          {text.otherDiscard}
        </Button>
      </div>
    </Page>
  );
}
