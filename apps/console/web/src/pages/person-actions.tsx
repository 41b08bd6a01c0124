// What can be done for or against a person, each with what it means.

import { type ReactNode, useState } from "react";
import { pathOf } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import type { UserDetails } from "../api/wire.ts";
import type { Acts } from "../state/use-act.ts";
import { counted } from "../state/words.ts";
import { Button, CopyButton, saveFile } from "../ui/button.tsx";
import { Confirm, Dialog, Secret } from "../ui/dialog.tsx";

export interface PersonActionsProps {
  readonly person: UserDetails;
  readonly acts: Acts;
  /** What is shown of the person has changed. */
  onChange(): void;
  onGone(): void;
}

type Asking = "lock" | "sign-out" | "reset" | "delete";

export function PersonActions({ person, acts, onChange, onGone }: PersonActionsProps) {
  const { api } = useSession();
  const { userId, email, locked } = person;
  const name = email ?? userId;
  const [asking, setAsking] = useState<Asking>();
  const [password, setPassword] = useState<string>();
  const path = (...verb: readonly string[]) => pathOf(["users", userId, ...verb]);
  const close = () => setAsking(undefined);
  const done = (said: string) => {
    close();
    acts.say(said);
    onChange();
  };

  return (
    <section aria-labelledby="actions">
      <h2 id="actions">What you can do</h2>
      <div className="stack">
        <Action text="Refused everywhere, whatever is shown: tokens, keys, providers. What is open ends within two seconds. Devices stay signed in.">
          {locked ? (
            <Button
              busy={acts.isBusy}
              onClick={() =>
                acts.act(async () => {
                  await api.post(path("unlock"));
                  onChange();
                  return `${name} is let in again.`;
                })
              }
            >
              Unlock
            </Button>
          ) : (
            <Button onClick={() => setAsking("lock")}>Lock…</Button>
          )}
        </Action>
        <Action text="All devices are signed out here. Each may sign in again; what it has not sent stays on it.">
          <Button onClick={() => setAsking("sign-out")}>Sign out…</Button>
        </Action>
        {email === null ? null : (
          <Action text="A new password, shown to you once; all devices are signed out.">
            <Button onClick={() => setAsking("reset")}>New password…</Button>
          </Action>
        )}
        <Action text="Everything of this person that is here, as lines of JSON, for the person who asks for it.">
          <Button
            busy={acts.isBusy}
            onClick={() =>
              acts.act(async () => {
                saveFile(`${userId}.ndjson`, await api.file(path("export")));
                return `${userId}.ndjson has everything of ${name}. Keep it as safe as the database.`;
              })
            }
          >
            Export
          </Button>
        </Action>
        <Action text="The account, the keys, the personal spaces and the memberships: gone at once.">
          <Button look="danger" onClick={() => setAsking("delete")}>
            Delete…
          </Button>
        </Action>
      </div>

      {asking === "lock" ? (
        <Confirm
          title={`Lock ${name}`}
          act="Lock"
          onClose={close}
          onAct={async () => {
            await api.post(path("lock"));
            done(`${name} is locked.`);
          }}
        >
          <p>
            {name} is refused everywhere until you unlock, and whoever signs in as {name} is told
            so. Nothing is deleted.
          </p>
        </Confirm>
      ) : null}
      {asking === "sign-out" ? (
        <Confirm
          title={`Sign ${name} out`}
          act="Sign out everywhere"
          onClose={close}
          onAct={async () => {
            const { devices } = await api.post<{ readonly devices: number }>(path("sign-out"));
            done(`${counted(devices, "device")} signed out.`);
          }}
        >
          <p>
            {counted(person.devices.length, "device is", "devices are")} signed in. API keys go on
            working: revoke them by themselves.
          </p>
        </Confirm>
      ) : null}
      {asking === "reset" ? (
        <Confirm
          title={`A new password for ${name}`}
          act="Make a new password"
          onClose={close}
          onAct={async () => {
            const made = await api.post<{ readonly password: string }>(path("reset"));
            setPassword(made.password);
            done(`${name} has a new password.`);
          }}
        >
          <p>
            The old password is good no more, and all devices are signed out. You are shown the new
            one, and have to tell it to {name}.
          </p>
        </Confirm>
      ) : null}
      {password === undefined ? null : (
        <Dialog title="The new password" onClose={() => setPassword(undefined)}>
          <div className="stack">
            <Secret text={password}>
              <p>Nobody is shown it again. {name} should change it after signing in.</p>
            </Secret>
            <CopyButton text={password} label="Copy" />
            <Button onClick={() => setPassword(undefined)}>I have it</Button>
          </div>
        </Dialog>
      )}
      {asking === "delete" ? (
        <Confirm
          title={`Delete ${name}`}
          act="Delete this person"
          typed={name}
          onClose={close}
          onAct={async () => {
            await api.remove(path());
            close();
            onGone();
          }}
        >
          <p>
            Account, API keys, personal spaces and memberships are gone at once, and nothing brings
            them back but a backup. Devices are told to sign in again, and keep what they have.
          </p>
          <p>
            What {name} wrote into shared spaces stays there. To erase that, too, and to have it
            signed, run <code>syncline erase {userId}</code> instead.
          </p>
        </Confirm>
      ) : null}
    </section>
  );
}

function Action({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className="action">
      {children}
      <p className="soft">{text}</p>
    </div>
  );
}
