// Deleting the account: asked for twice, the second time by typing its address.

import { type FormEvent, useState } from "react";
import { removeAccount } from "../../data/account.ts";
import { useDevice } from "../../data/device-context.ts";
import { forgetPerson } from "../../data/forget-person.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { problemText } from "../sign-in/credentials-problems.ts";

export function RemoveAccount({ email }: { readonly email: string }) {
  const text = useMessages("account");
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {text.remove}
      </Button>
      {asking ? <RemoveSheet email={email} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function RemoveSheet({ email, onClose }: { readonly email: string; onClose(): void }) {
  const text = useMessages("account");
  const { client, session } = useDevice();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function remove(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    if (typed.trim().toLowerCase() !== email.toLowerCase()) {
      setProblem(text.removeMismatch);
      return;
    }
    setBusy(true);
    try {
      await removeAccount(session);
    } catch (thrown) {
      setProblem(problemText(thrown, text));
      setBusy(false);
      return;
    }
    await forgetPerson(session);
    await client.signOut({ unsynced: "discard" });
    location.assign("/account?deleted");
  }

  return (
    <Sheet title={text.remove} onClose={onClose}>
      <form className="stack" noValidate onSubmit={(event) => void remove(event)}>
        <p>{text.removeText}</p>
        <TextField
          label={text.removeType(email)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          problem={problem}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button type="submit" look="danger" busy={busy}>
          {text.removeNow}
        </Button>
      </form>
    </Sheet>
  );
}
