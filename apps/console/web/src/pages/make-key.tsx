// Makes an API key, and shows it the one time that it can be seen.

import { useState } from "react";
import { type ApiError, pathOf } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import type { ApiKey } from "../api/wire.ts";
import { problemOf } from "../state/use-answer.ts";
import { Button, CopyButton } from "../ui/button.tsx";
import { Dialog, Secret } from "../ui/dialog.tsx";
import { type Choice, Select, TextField } from "../ui/field.tsx";
import { Problem } from "../ui/states.tsx";
import { Moment } from "../ui/time.tsx";

type Days = "30" | "90" | "365" | "never";

const DAYS: readonly Choice<Days>[] = [
  { value: "30", label: "in 30 days" },
  { value: "90", label: "in 90 days" },
  { value: "365", label: "in a year" },
  { value: "never", label: "never" },
];
const DAY_MS = 86_400_000;

export interface MakeKeyProps {
  /** Whose, to begin with. */
  readonly user: string;
  onClose(): void;
  onMade(): void;
}

export function MakeKey({ user: given, onClose, onMade }: MakeKeyProps) {
  const { api } = useSession();
  const [user, setUser] = useState(given);
  const [description, setDescription] = useState("");
  const [scopes, setScopes] = useState("");
  const [days, setDays] = useState<Days>("90");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError>();
  const [made, setMade] = useState<ApiKey & { readonly key: string }>();

  async function make(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    const words = scopes.split(/[\s,]+/).filter((word) => word !== "");
    try {
      const answer = await api.post<ApiKey & { readonly key: string }>(
        pathOf(["users", user.trim(), "keys"]),
        {
          description: description.trim(),
          ...(words.length === 0 ? {} : { scopes: words }),
          ...(days === "never"
            ? {}
            : { expires: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        },
      );
      setMade(answer);
      onMade();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
    setBusy(false);
  }

  if (made !== undefined)
    return (
      <Dialog title="The new key" onClose={onClose}>
        <div className="stack">
          <Secret text={made.key}>
            <p>
              <strong>Nobody is shown it again.</strong> Put it where its program reads secrets.
            </p>
          </Secret>
          <p className="soft">
            Of {made.user}, good for {made.scopes?.join(", ") ?? "everything of its user"}
            {made.expires === null ? ", without an end." : ", until "}
            {made.expires === null ? null : <Moment at={made.expires} />}
          </p>
          <CopyButton text={made.key} label="Copy the key" />
          <Button onClick={onClose}>I have it</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title="Make an API key" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void make();
        }}
      >
        <TextField
          label="User"
          hint="Its id: that of a person, or a new name for a program, as report-robot."
          value={user}
          required
          maxLength={128}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={({ target }) => setUser(target.value)}
        />
        <TextField
          label="What it is for"
          value={description}
          maxLength={256}
          autoComplete="off"
          onChange={({ target }) => setDescription(target.value)}
        />
        <TextField
          label="Good for"
          hint="Apps or spaces, with read: before one for looking only: read:todo, todo/team. Empty: everything that the user may."
          value={scopes}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={({ target }) => setScopes(target.value)}
        />
        <Select label="It ends" value={days} choices={DAYS} onChoose={(value) => setDays(value)} />
        {problem === undefined ? null : <Problem problem={problem} />}
        <div className="actions">
          <Button type="submit" look="strong" busy={isBusy}>
            Make the key
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
