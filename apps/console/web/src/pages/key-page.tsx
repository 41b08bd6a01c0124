// The key that one is signed in with, and what it may and may not do, by name.

import { useSession } from "../api/session.tsx";
import type { Access, AreaName } from "../api/wire.ts";
import { Page } from "../ui/page.tsx";
import { Facts } from "../ui/states.tsx";
import { Table } from "../ui/table.tsx";
import { Moment, Time } from "../ui/time.tsx";

const AREAS: Readonly<Record<AreaName, string>> = {
  overview: "How the server and its database are",
  spaces: "Spaces, their members and devices; deleting a space",
  users: "People: find, lock, sign out, reset, export, delete",
  keys: "API keys: make and revoke",
  consumers: "Background work, and what it could not do",
  backups: "The backups in the server's folder",
  audit: "Who did what with rights over others",
};
const MAY: Readonly<Record<Access, string>> = {
  none: "nothing",
  read: "look",
  write: "look and change",
};

export function KeyPage() {
  const { key } = useSession();
  const areas = Object.entries(AREAS) as [AreaName, string][]; // its keys are the areas
  const missing = areas.filter(([area]) => key.areas[area] === "none").map(([area]) => area);
  return (
    <Page title="This key">
      <section className="card" aria-label="Facts">
        <Facts
          facts={[
            ["Of", <code key="user">{key.user}</code>],
            ...(key.description === "" ? [] : [["Description", key.description] as const]),
            ["Id", <code key="id">{key.id}</code>],
            ["Made", <Moment key="made" at={key.made} />],
            ["Its time is over", <Time key="end" at={key.expires} />],
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="may">
        <h2 id="may">What it may do</h2>
        <Table
          label="What it may do"
          rows={areas}
          id={([area]) => area}
          columns={[
            { name: "Scope", cell: ([area]) => <code>{area}</code> },
            { name: "What it is for", cell: ([, text]) => text },
            { name: "This key may", cell: ([area]) => MAY[key.areas[area]] },
          ]}
        />
        {missing.length === 0 ? null : (
          <>
            <p>
              It has no scope for {missing.join(", ")}: those pages are not shown. Scopes of a key
              never change. Whoever runs the server makes another one:
            </p>
            <pre>
              <code>syncline keys create console --admin {missing.join(",")} --expires 90d</code>
            </pre>
          </>
        )}
      </section>
    </Page>
  );
}
