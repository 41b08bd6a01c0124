// Somebody comes by a mail's link. Nothing is done before a press: programs that look at mails open links, too.

import { type FormEvent, useState } from "react";
import { type MailLink, resetPassword, verifyAddress } from "../../data/account-mail.ts";
import { AccountError } from "../../data/account-problem.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { lengthOf, MIN_PASSWORD, problemText } from "./credentials-problems.ts";

export interface MailLinkProps {
  readonly link: MailLink;
  /** @throws {AccountError} */
  signIn(token: string): Promise<void>;
  /** It is done: on to signing in, with what is said there. */
  onDone(said: string, email?: string): void;
  /** The link is good no more, or is not wanted. */
  onBack(): void;
  onAskAgain(): void;
}

export function MailLinkStep({ link, signIn, onDone, onBack, onAskAgain }: MailLinkProps) {
  const text = useMessages("account");
  const { purpose, token } = link;
  const [password, setPassword] = useState("");
  const [badPassword, setBadPassword] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [isOver, setOver] = useState(false);
  const [busy, setBusy] = useState(false);

  async function go(): Promise<void> {
    switch (purpose) {
      case "verify": {
        const email = await verifyAddress(token);
        return onDone(text.verified(email), email);
      }
      case "reset":
        await resetPassword(token, password);
        return onDone(text.passwordSet);
      case "sign-in":
        return await signIn(token);
      default:
        return purpose satisfies never;
    }
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    const isShort = purpose === "reset" && lengthOf(password) < MIN_PASSWORD;
    setBadPassword(isShort ? text.badPassword : undefined);
    setProblem(undefined);
    if (isShort) return;
    setBusy(true);
    try {
      await go();
    } catch (thrown) {
      const why = thrown instanceof AccountError ? thrown.problem : "failed";
      setOver(why === "link");
      if (why === "password") setBadPassword(text.badPassword);
      else setProblem(why === "other" ? text.otherByMail : problemText(thrown, text));
      setBusy(false);
    }
  }

  const words = {
    verify: { title: text.verifyTitle, lead: text.verifyText, press: text.verifyNow },
    reset: { title: text.resetTitle, lead: text.resetText, press: text.resetNow },
    "sign-in": { title: text.signIn, lead: text.byMailText, press: text.signIn },
  }[purpose];
  return (
    <Page title={words.title}>
      <p className="soft">{words.lead}</p>
      <form className="stack card" noValidate onSubmit={(event) => void submit(event)}>
        {purpose !== "reset" || isOver ? null : (
          <PasswordField
            label={text.newPassword}
            showLabel={text.showPassword}
            name="newPassword"
            autoComplete="new-password"
            maxLength={1024}
            required
            value={password}
            hint={text.passwordHint}
            problem={badPassword}
            onChange={({ target }) => setPassword(target.value)}
          />
        )}
        <p role="alert" className="field-problem">
          {problem}
        </p>
        {isOver ? (
          <Button look="strong" onClick={onAskAgain}>
            {text.askAgain}
          </Button>
        ) : (
          <Button type="submit" look="strong" busy={busy}>
            {words.press}
          </Button>
        )}
        <Button onClick={onBack}>{text.backToSignIn}</Button>
      </form>
    </Page>
  );
}
