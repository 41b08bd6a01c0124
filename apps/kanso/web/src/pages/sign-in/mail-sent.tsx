// A mail is on its way: what it is for, and what to do where it does not come.

import type { MailPurpose } from "../../data/account-mail.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";

export interface MailSentProps {
  readonly purpose: MailPurpose;
  readonly email: string;
  onBack(): void;
}

export function MailSent({ purpose, email, onBack }: MailSentProps) {
  const text = useMessages("account");
  const said = { verify: text.sentVerify, reset: text.sentReset, "sign-in": text.sentSignIn };
  return (
    <Page title={text.sentTitle}>
      <p>{said[purpose](email)}</p>
      <p className="soft">{text.sentHint}</p>
      <div className="stack">
        <Button onClick={onBack}>{text.backToSignIn}</Button>
      </div>
    </Page>
  );
}
