// Signing in, or making an account. What a guest has entered comes along.

import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { useDevice } from "../../data/device-context.ts";
import { AccountError, type AccountProblem } from "../../data/session.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { Segmented, TextField } from "../../ui/field.tsx";

type Mode = "signIn" | "register";

export function SignInPage() {
  const text = useMessages("account");
  const { client, session } = useDevice();
  const [, go] = useLocation();
  const [mode, setMode] = useState<Mode>("signIn");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<AccountProblem>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(undefined);
    try {
      await session[mode](email, password);
    } catch (thrown) {
      if (!(thrown instanceof AccountError)) throw thrown;
      setProblem(thrown.problem);
      return;
    }
    client.sync().catch(() => undefined); // the status says how it went
    go("/");
  }

  return (
    <Page title={text[mode]}>
      <p className="soft">{text.benefit}</p>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Segmented<Mode>
          label={text.title}
          value={mode}
          choices={[
            { value: "signIn", label: text.signIn },
            { value: "register", label: text.register },
          ]}
          onChoose={setMode}
        />
        <TextField
          label={text.email}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <TextField
          label={text.password}
          type="password"
          autoComplete={mode === "signIn" ? "current-password" : "new-password"}
          minLength={8}
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
        {problem === undefined ? null : (
          <p role="alert" className="field-problem">
            {problem === "offline" ? text.offlineProblem : text[problem]}
          </p>
        )}
        <Button type="submit" look="strong">
          {text[mode]}
        </Button>
      </form>
    </Page>
  );
}
