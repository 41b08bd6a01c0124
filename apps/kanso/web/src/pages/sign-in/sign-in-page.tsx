// Signing in, or making an account. What a guest has entered comes along.

import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { type MailLink, type MailPurpose, readMailLink } from "../../data/account-mail.ts";
import { AccountError } from "../../data/account-problem.ts";
import { useAccount, useDevice, useOwner } from "../../data/device-context.ts";
import { adoptSettings } from "../../data/join.ts";
import type { Credentials } from "../../data/session.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { AskMail } from "./ask-mail.tsx";
import { CredentialsForm } from "./credentials-form.tsx";
import type { Mode } from "./credentials-problems.ts";
import { MailLinkStep } from "./mail-link.tsx";
import { MailSent } from "./mail-sent.tsx";
import { OtherOwner } from "./other-owner.tsx";

type Step =
  | { readonly name: "credentials"; readonly email?: string | undefined; readonly said?: string }
  /** Who has proved who he is, on a device that holds somebody else's data. */
  | { readonly name: "stranger"; readonly credentials: Credentials }
  | { readonly name: "ask-mail" }
  | { readonly name: "mail-sent"; readonly purpose: MailPurpose; readonly email: string }
  | { readonly name: "link"; readonly link: MailLink };

const FIRST: Step = { name: "credentials" };

/** Where a mail's link leads; its token leaves the address bar and the history. */
function stepOfAddress(): Step | undefined {
  const link = readMailLink(location.hash);
  return link === undefined ? undefined : { name: "link", link };
}

export function SignInPage() {
  const text = useMessages("account");
  const { client, session } = useDevice();
  const account = useAccount();
  const owner = useOwner();
  const [, go] = useLocation();
  const [mode, setMode] = useState<Mode>("signIn");
  const [step, setStep] = useState<Step>(() => stepOfAddress() ?? FIRST);
  useEffect(() => {
    function follow() {
      const next = stepOfAddress();
      if (next === undefined) return;
      setStep(next);
      history.replaceState(history.state, "", location.pathname);
    }
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  const { name: stepName } = step;
  // Each step begins at its top.
  useEffect(() => {
    scrollTo(0, 0); // gives a promise in some browsers, which is nothing to clean up with
  }, [stepName]);

  async function enter(
    signIn: (prepare: (token: string) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const isGuest = session.owner.getSnapshot() === null;
    await signIn(async (token) => {
      if (isGuest) await adoptSettings(client, token);
    });
    client.sync().catch(() => undefined); // the status says how it went
    go("/");
  }

  async function submit(credentials: Credentials): Promise<void> {
    const isMailed = mode === "register" && (await session.register(credentials)) === "mailed";
    try {
      await enter((prepare) => session.signIn(credentials, prepare));
    } catch (thrown) {
      const problem = thrown instanceof AccountError ? thrown.problem : undefined;
      if (problem === "other") setStep({ name: "stranger", credentials });
      // There is no such account yet, or it is somebody's who is told by mail.
      else if (isMailed && problem === "wrong")
        setStep({ name: "mail-sent", purpose: "verify", email: credentials.email });
      else throw thrown;
    }
  }

  function toSignIn(said?: string, email?: string): void {
    setMode("signIn");
    setStep({ name: "credentials", email, ...(said === undefined ? {} : { said }) });
  }
  const known = owner?.email ?? "";

  switch (step.name) {
    case "stranger":
      return <OtherOwner credentials={step.credentials} onBack={() => setStep(FIRST)} />;
    case "ask-mail":
      return (
        <AskMail
          email={known}
          onSent={(purpose, email) => setStep({ name: "mail-sent", purpose, email })}
          onBack={() => toSignIn()}
        />
      );
    case "mail-sent":
      return (
        <MailSent
          purpose={step.purpose}
          email={step.email}
          onBack={() => toSignIn(undefined, step.email)}
        />
      );
    case "link":
      return (
        <MailLinkStep
          key={step.link.token}
          link={step.link}
          signIn={(token) => enter((prepare) => session.signInByMail(token, prepare))}
          onDone={toSignIn}
          onBack={() => toSignIn()}
          onAskAgain={() => setStep({ name: "ask-mail" })}
        />
      );
    default:
      break;
  }
  if (account !== null && step.said === undefined)
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
      <p className="soft" role="status">
        {step.said ?? (owner === null ? text.benefit : text.welcomeBack)}
      </p>
      <CredentialsForm
        key={step.email}
        mode={mode}
        email={step.email ?? known}
        onMode={setMode}
        onSubmit={submit}
      />
      {mode === "register" ? null : (
        <div className="stack">
          <Button onClick={() => setStep({ name: "ask-mail" })}>{text.forgot}</Button>
        </div>
      )}
    </Page>
  );
}
