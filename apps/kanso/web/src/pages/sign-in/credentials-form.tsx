// The form to sign in or to make an account, as password managers know it.

import { type FormEvent, useRef, useState } from "react";
import type { Credentials } from "../../data/session.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Segmented, TextField } from "../../ui/field.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import {
  lengthOf,
  MIN_PASSWORD,
  type Mode,
  type Problems,
  problemsAfter,
  problemsBefore,
} from "./credentials-problems.ts";

export interface CredentialsFormProps {
  readonly mode: Mode;
  /** What stands there first. */
  readonly email: string;
  onMode(mode: Mode): void;
  /** @throws {AccountError} what is then shown where it belongs */
  onSubmit(credentials: Credentials): Promise<void>;
}

export function CredentialsForm(props: CredentialsFormProps) {
  const { mode, onMode } = props;
  const text = useMessages("account");
  const [email, setEmail] = useState(props.email);
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  function show(found: Problems) {
    setProblems(found);
    const name = found.email !== undefined ? "email" : "password";
    if (found.email === undefined && found.password === undefined) return;
    form.current?.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.focus();
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    const given = { email: email.trim(), password };
    const before = problemsBefore(given, mode, text);
    if (before !== undefined) return show(before);
    setProblems({});
    setBusy(true);
    try {
      await props.onSubmit(given);
    } catch (thrown) {
      show(problemsAfter(thrown, text));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form ref={form} className="stack card" noValidate onSubmit={(event) => void submit(event)}>
      <Segmented<Mode>
        label={text.title}
        value={mode}
        choices={[
          { value: "signIn", label: text.signIn },
          { value: "register", label: text.register },
        ]}
        onChoose={(chosen) => {
          setProblems({});
          onMode(chosen);
        }}
      />
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
        problem={problems.email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <PasswordField
        label={text.password}
        showLabel={text.showPassword}
        name="password"
        autoComplete={mode === "signIn" ? "current-password" : "new-password"}
        maxLength={1024}
        required
        value={password}
        problem={problems.password}
        hint={mode === "register" ? hintFor(password, text) : undefined}
        onChange={({ target }) => setPassword(target.value)}
      />
      <p role="alert" className="field-problem">
        {problems.whole}
      </p>
      <Button type="submit" look="strong" busy={busy}>
        {text[mode]}
      </Button>
    </form>
  );
}

function hintFor(
  password: string,
  text: {
    readonly passwordHint: string;
    readonly passwordEnough: string;
    passwordMissing(count: number): string;
  },
): string {
  if (password === "") return text.passwordHint;
  const missing = MIN_PASSWORD - lengthOf(password);
  return missing > 0 ? text.passwordMissing(missing) : text.passwordEnough;
}
