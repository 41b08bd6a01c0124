// Somebody cannot sign in with a password: a mail lets him choose another one, or signs him in.

import { type FormEvent, useRef, useState } from "react";
import { askMail, type MailPurpose } from "../../data/account-mail.ts";
import { AccountError } from "../../data/account-problem.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { problemsAfter, problemsBefore } from "./credentials-problems.ts";

export interface AskMailProps {
  /** What stands there first. */
  readonly email: string;
  onSent(purpose: MailPurpose, email: string): void;
  onBack(): void;
}

export function AskMail(props: AskMailProps) {
  const text = useMessages("account");
  const [email, setEmail] = useState(props.email);
  const [problem, setProblem] = useState<{ readonly email?: string; readonly whole?: string }>({});
  const [busy, setBusy] = useState<MailPurpose>();
  const field = useRef<HTMLFormElement>(null);

  function showProblem(found: { readonly email?: string; readonly whole?: string }) {
    setProblem(found);
    if (found.email !== undefined) field.current?.querySelector("input")?.focus();
  }

  async function send(purpose: MailPurpose) {
    if (busy !== undefined) return;
    const given = email.trim();
    const before = problemsBefore({ email: given, password: "none is asked for" }, "signIn", text);
    if (before !== undefined) return showProblem(before);
    setProblem({});
    setBusy(purpose);
    try {
      await askMail(purpose, given);
      props.onSent(purpose, given);
    } catch (thrown) {
      const isAbsent = thrown instanceof AccountError && thrown.problem === "absent";
      showProblem(isAbsent ? { whole: text.noMails } : problemsAfter(thrown, text));
      setBusy(undefined);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void send("reset");
  }

  return (
    <Page title={text.forgotTitle}>
      <p className="soft">{text.forgotText}</p>
      <form ref={field} className="stack card" noValidate onSubmit={submit}>
        <TextField
          label={text.email}
          name="email"
          type="email"
          inputMode="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
          value={email}
          problem={problem.email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <p role="alert" className="field-problem">
          {problem.whole}
        </p>
        <Button type="submit" look="strong" busy={busy === "reset"}>
          {text.mailReset}
        </Button>
        <Button busy={busy === "sign-in"} onClick={() => void send("sign-in")}>
          {text.mailSignIn}
        </Button>
        <Button onClick={props.onBack}>{text.backToSignIn}</Button>
      </form>
    </Page>
  );
}
