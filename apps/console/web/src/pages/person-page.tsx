// One person: devices, spaces, keys, and what can be done for or against them.

import { useState } from "react";
import { pathOf } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import type { UserDetails } from "../api/wire.ts";
import { linkTo, linkToSpace } from "../frame/address.ts";
import { useAct } from "../state/use-act.ts";
import { useAnswer } from "../state/use-answer.ts";
import { counted } from "../state/words.ts";
import { Button } from "../ui/button.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Facts, Loading, LooksOnly, Problem } from "../ui/states.tsx";
import { Table } from "../ui/table.tsx";
import { Moment, Time } from "../ui/time.tsx";
import { State } from "./people-page.tsx";
import { PersonActions } from "./person-actions.tsx";

const FROM = { name: "People", href: linkTo("people") };

export function PersonPage({ userId }: { readonly userId: string }) {
  const { mayWrite } = useSession();
  const path = pathOf(["users", userId]);
  const { answer, problem, isLoading, again } = useAnswer<UserDetails>(path);
  const acts = useAct();
  const [isGone, setGone] = useState(false);
  const title = answer?.email ?? userId;

  if (isGone)
    return (
      <Page title={title} from={FROM}>
        <p className="note note-done" role="status">
          {title} is deleted.
        </p>
      </Page>
    );
  return (
    <Page
      title={title}
      from={FROM}
      actions={
        <Button onClick={again} busy={isLoading}>
          Refresh
        </Button>
      }
    >
      <Outcome acts={acts} />
      {problem === undefined ? null : <Problem problem={problem} onAgain={again} />}
      {answer === undefined ? (
        problem === undefined && <Loading what="the person" />
      ) : (
        <>
          <Details person={answer} />
          {mayWrite("users") ? (
            <PersonActions
              person={answer}
              acts={acts}
              onChange={again}
              onGone={() => setGone(true)}
            />
          ) : (
            <LooksOnly area="users" what="lock, sign out, reset, export or delete somebody" />
          )}
        </>
      )}
    </Page>
  );
}

function Details({ person }: { readonly person: UserDetails }) {
  const { mayRead } = useSession();
  const { userId, email, since, locked, devices, spaces, apiKeys } = person;
  return (
    <>
      <section className="card" aria-label="Facts">
        <Facts
          facts={[
            ["Id", <code key="id">{userId}</code>],
            ["Address", email ?? <span className="soft">no account here</span>],
            ...(since === null
              ? []
              : [["Account since", <Moment key="since" at={since} />] as const]),
            ["State", <State key="state" locked={locked} />],
            [
              "API keys",
              mayRead("keys") && apiKeys > 0 ? (
                <a key="keys" href={linkTo("keys", userId)}>
                  {counted(apiKeys, "key")}
                </a>
              ) : (
                counted(apiKeys, "key")
              ),
            ],
          ]}
        />
      </section>
      <section aria-labelledby="devices">
        <h2 id="devices">Devices that are signed in</h2>
        {devices.length === 0 ? (
          <Empty title="No device is signed in here.">
            Whoever comes with another issuer's token or an API key is not signed in here.
          </Empty>
        ) : (
          <Table
            label="Devices that are signed in"
            rows={devices}
            id={({ device, since }) => `${device} ${since}`}
            columns={[
              { name: "Device", cell: ({ device }) => device },
              { name: "Signed in", cell: ({ since }) => <Time at={since} /> },
              { name: "Seen", cell: ({ seen }) => <Time at={seen} /> },
            ]}
          />
        )}
      </section>
      <section aria-labelledby="spaces">
        <h2 id="spaces">Spaces</h2>
        {spaces.length === 0 ? (
          <Empty title="No space.">Nothing was pushed, and nobody shared one.</Empty>
        ) : (
          <Table
            label="Spaces"
            rows={spaces}
            id={({ space }) => space}
            columns={[
              {
                name: "Space",
                cell: ({ space }) =>
                  mayRead("spaces") ? <a href={linkToSpace(space)}>{space}</a> : space,
              },
              { name: "Role", cell: ({ role }) => (role === "own" ? "own (personal)" : role) },
            ]}
          />
        )}
      </section>
    </>
  );
}
