// One space: who is in it, which devices, how much; and its end.

import { useState } from "react";
import { pathOf } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import type { SpaceDetails } from "../api/wire.ts";
import { linkTo } from "../frame/address.ts";
import { useAnswer } from "../state/use-answer.ts";
import { count, counted } from "../state/words.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Page } from "../ui/page.tsx";
import { Person } from "../ui/person.tsx";
import { Empty, Facts, Loading, LooksOnly, Problem } from "../ui/states.tsx";
import { Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";

const FROM = { name: "Spaces", href: linkTo("spaces") };

export function SpacePage({ app, space }: { readonly app: string; readonly space: string }) {
  const name = `${app}/${space}`;
  const { api, mayWrite } = useSession();
  const path = pathOf(["spaces", app, space]);
  const { answer, problem, isLoading, again } = useAnswer<SpaceDetails>(path);
  const [isAsking, setAsking] = useState(false);
  const [isGone, setGone] = useState(false);

  if (isGone)
    return (
      <Page title={name} from={FROM}>
        <p className="note note-done" role="status">
          {name} is deleted. Devices that had it are told when they ask next.
        </p>
      </Page>
    );
  return (
    <Page
      title={name}
      from={FROM}
      actions={
        <>
          <Button onClick={again} busy={isLoading}>
            Refresh
          </Button>
          {mayWrite("spaces") && answer !== undefined ? (
            <Button look="danger" onClick={() => setAsking(true)}>
              Delete…
            </Button>
          ) : null}
        </>
      }
    >
      {problem === undefined ? null : <Problem problem={problem} onAgain={again} />}
      {answer === undefined ? (
        problem === undefined && <Loading what="the space" />
      ) : (
        <Details space={answer} />
      )}
      {mayWrite("spaces") ? null : <LooksOnly area="spaces" what="delete a space" />}
      {isAsking ? (
        <Confirm
          title="Delete this space"
          act="Delete the space"
          typed={name}
          onClose={() => setAsking(false)}
          onAct={async () => {
            await api.remove(path);
            setAsking(false);
            setGone(true);
          }}
        >
          <p>
            Everything in it is gone at once: {counted(answer?.records ?? 0, "record")}, the
            history, the members and the rules. Nothing brings it back but a backup.
          </p>
        </Confirm>
      ) : null}
    </Page>
  );
}

function Details({ space }: { readonly space: SpaceDetails }) {
  const collections = Object.entries(space.collections);
  return (
    <div className="stack">
      <section className="card" aria-label="Facts">
        <Facts
          facts={[
            ...(space.title === "" ? [] : [["Title", space.title] as const]),
            ["Made", <Time key="made" at={space.made} />],
            ["Last commit", <Time key="commit" at={space.lastCommit} />],
            [
              "History",
              space.historyFrom === null ? (
                "from the beginning"
              ) : (
                <Time key="from" at={space.historyFrom} />
              ),
            ],
            ["Records", count(space.records)],
            ...collections.map(([name, many]) => [`in ${name}`, count(many)] as const),
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="members">
        <h2 id="members">Members</h2>
        {space.memberList.length === 0 ? (
          <Empty title="It has no members.">
            A personal space is its user's alone; of a shared one everybody was removed.
          </Empty>
        ) : (
          <Table
            label="Members"
            rows={space.memberList}
            id={({ userId }) => userId}
            columns={[
              { name: "User", cell: ({ userId }) => <Person userId={userId} /> },
              { name: "Role", cell: ({ role }) => role },
            ]}
          />
        )}
      </section>
      <section className="stack" aria-labelledby="devices">
        <h2 id="devices">Devices</h2>
        {space.deviceList.length === 0 ? (
          <Empty title="No device has pushed to it.">Those that only read are not noted.</Empty>
        ) : (
          <>
            {space.devices > space.deviceList.length ? (
              <p className="soft">
                Of {counted(space.devices, "device")}, the {count(space.deviceList.length)} that
                were seen last.
              </p>
            ) : null}
            <Table
              label="Devices"
              rows={space.deviceList}
              id={({ userId, clientId }) => `${userId} ${clientId}`}
              columns={[
                { name: "Device", cell: ({ clientId }) => <code>{clientId}</code> },
                { name: "User", cell: ({ userId }) => <Person userId={userId} /> },
                {
                  name: "Last mutation",
                  isNumber: true,
                  cell: ({ lastMutation }) => count(lastMutation),
                },
                { name: "Seen", cell: ({ seen }) => <Time at={seen} /> },
              ]}
            />
          </>
        )}
      </section>
    </div>
  );
}
