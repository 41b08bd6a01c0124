// Signing in, or making an account. What a guest has entered comes along.

import { useState } from "react";
import { useLocation } from "wouter";
import { AccountError } from "../../data/account-problem.ts";
import { useAccount, useDevice, useOwner } from "../../data/device-context.ts";
import { adoptSettings } from "../../data/join.ts";
import type { Credentials } from "../../data/session.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { CredentialsForm } from "./credentials-form.tsx";
import type { Mode } from "./credentials-problems.ts";
import { OtherOwner } from "./other-owner.tsx";

export function SignInPage() {
  const text = useMessages("account");
  const { client, session } = useDevice();
  const account = useAccount();
  const owner = useOwner();
  const [, go] = useLocation();
  const [mode, setMode] = useState<Mode>("signIn");
  /** Who has proved who he is, on a device that holds somebody else's data. */
  const [stranger, setStranger] = useState<Credentials>();

  async function enter(credentials: Credentials): Promise<void> {
    if (mode === "register") await session.register(credentials);
    const isGuest = session.owner.getSnapshot() === null;
    try {
      await session.signIn(credentials, async (token) => {
        if (isGuest) await adoptSettings(client, token);
      });
    } catch (thrown) {
      if (!(thrown instanceof AccountError && thrown.problem === "other")) throw thrown;
      setStranger(credentials);
      return;
    }
    client.sync().catch(() => undefined); // the status says how it went
    go("/");
  }

  if (stranger !== undefined)
    return <OtherOwner credentials={stranger} onBack={() => setStranger(undefined)} />;
  if (account !== null)
    return (
      <Page title={text.signedIn}>
        <p>
          {text.signedInAs} <strong>{account.email}</strong>
        </p>
        <ButtonLink href="/account">{text.toAccount}</ButtonLink>
      </Page>
    );
  return (
    <Page title={text[mode]}>
      <p className="soft">{owner === null ? text.benefit : text.welcomeBack}</p>
      <CredentialsForm mode={mode} email={owner?.email ?? ""} onMode={setMode} onSubmit={enter} />
    </Page>
  );
}
