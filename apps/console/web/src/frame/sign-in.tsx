// Where an admin key is typed in. It goes into a header of requests, never into an address.

import { useEffect, useRef, useState } from "react";
import type { ApiError } from "../api/client.ts";
import type { Door } from "../api/session.tsx";
import { problemOf } from "../state/use-answer.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";

export interface SignInProps {
  readonly door: Door;
  /** Why the key of this tab was not taken. */
  readonly refused: ApiError | undefined;
}

export function SignIn({ door, refused }: SignInProps) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(refused);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    document.title = "Sign in · Console";
    form.current?.querySelector("input")?.focus();
  }, []);

  async function enter(): Promise<void> {
    setBusy(true);
    try {
      await door.signIn(text);
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setBusy(false);
      form.current?.querySelector("input")?.focus();
    }
  }

  return (
    <main className="door">
      <h1>Console</h1>
      <p>
        For whoever runs this server: <code>{location.host}</code>
      </p>
      {door.said === undefined ? null : (
        <p className="note" role="status">
          {door.said}
        </p>
      )}
      <form
        ref={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void enter();
        }}
      >
        <TextField
          label="Admin key"
          type="password"
          name="key"
          autoComplete="off"
          spellCheck={false}
          value={text}
          required
          hint="It stays in this tab, and is gone when the tab is closed."
          problem={problem?.message}
          onChange={({ target }) => {
            setText(target.value);
            setProblem(undefined);
          }}
        />
        <p className="unseen" role="alert">
          {problem?.message}
        </p>
        <Button type="submit" look="strong" busy={isBusy}>
          {isBusy ? "Looking…" : "Sign in"}
        </Button>
      </form>
      <section className="stack" aria-labelledby="no-key">
        <h2 id="no-key">You have no key?</h2>
        <p>Make one where the server runs. It is shown once:</p>
        <pre>
          <code>syncline keys create console --admin all --expires 90d</code>
        </pre>
        <p>
          <code>--admin read</code> makes one that only looks.{" "}
          <code>--admin read:spaces,users</code> makes one for these areas.
        </p>
      </section>
    </main>
  );
}
