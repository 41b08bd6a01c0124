// Another password; all other devices are signed out with it.

import { type FormEvent, useState } from "react";
import { changePassword } from "../../data/account.ts";
import { AccountError } from "../../data/account-problem.ts";
import { useDevice } from "../../data/device-context.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useToast } from "../../ui/toast.tsx";
import { lengthOf, MIN_PASSWORD, problemText } from "../sign-in/credentials-problems.ts";

interface Problems {
  readonly password?: string;
  readonly newPassword?: string;
  readonly whole?: string;
}

export function PasswordForm({ email }: { readonly email: string }) {
  const text = useMessages("account");
  const { session } = useDevice();
  const show = useToast();
  const [password, setPassword] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    const before: Problems = {
      ...(password === "" ? { password: text.missing } : {}),
      ...(lengthOf(newPassword) < MIN_PASSWORD ? { newPassword: text.badPassword } : {}),
    };
    setProblems(before);
    if (Object.keys(before).length > 0) return;
    setBusy(true);
    try {
      await changePassword(session, { password, newPassword });
      setPassword("");
      setNewPassword("");
      show({ text: text.passwordChanged });
    } catch (thrown) {
      const problem = thrown instanceof AccountError ? thrown.problem : "failed";
      if (problem === "wrong") setProblems({ password: text.wrongPassword });
      else if (problem === "password") setProblems({ newPassword: text.badPassword });
      else setProblems({ whole: problemText(thrown, text) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
      {/* Password managers keep the new password for this address. */}
      <input type="text" name="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label={text.currentPassword}
        showLabel={text.showPassword}
        name="password"
        autoComplete="current-password"
        value={password}
        problem={problems.password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <PasswordField
        label={text.newPassword}
        showLabel={text.showPassword}
        name="newPassword"
        autoComplete="new-password"
        value={newPassword}
        hint={text.passwordHint}
        problem={problems.newPassword}
        onChange={({ target }) => setNewPassword(target.value)}
      />
      <p role="alert" className="field-problem">
        {problems.whole}
      </p>
      <Button type="submit" busy={busy}>
        {text.changePassword}
      </Button>
    </form>
  );
}
