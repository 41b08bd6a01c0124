// People with an account, to find; whoever has none is found by the whole id.

import { useMemo, useState } from "react";
import { pathOf } from "../api/client.ts";
import type { User } from "../api/wire.ts";
import { linkTo } from "../frame/address.ts";
import { usePages } from "../state/use-pages.ts";
import { SearchForm } from "../ui/field.tsx";
import { List } from "../ui/list.tsx";
import { Page } from "../ui/page.tsx";
import type { Column } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";

const COLUMNS: readonly Column<User>[] = [
  {
    name: "Person",
    cell: ({ userId, email }) => (
      <>
        <a href={linkTo("people", userId)}>{email ?? userId}</a>
        {email === null ? null : (
          <span className="soft block">
            <code>{userId}</code>
          </span>
        )}
      </>
    ),
  },
  { name: "Account since", cell: ({ since }) => <Time at={since} none="no account here" /> },
  { name: "State", cell: ({ locked }) => <State locked={locked} /> },
];

export function State({ locked }: { readonly locked: boolean }) {
  return locked ? <span className="badge badge-danger">locked</span> : <span>may sign in</span>;
}

export function PeoplePage() {
  const [part, setPart] = useState("");
  const question = useMemo(
    () => ({
      path: (after: string | undefined) => pathOf(["users"], { part, after, limit: "50" }),
      read: ({
        users,
        next,
      }: {
        readonly users: readonly User[];
        readonly next: string | null;
      }) => ({ items: users, next }),
      id: ({ userId }: User) => userId,
    }),
    [part],
  );
  return (
    <Page title="People">
      <SearchForm label="Part of an address or an id" onSearch={setPart} />
      {part === "" ? null : (
        <p className="soft">
          Somebody without an account here, of another issuer or with an API key alone:{" "}
          <a href={linkTo("people", part)}>the user whose id is “{part}”</a>
        </p>
      )}
      <List
        what="people"
        one="person"
        pages={usePages(question)}
        columns={COLUMNS}
        id={question.id}
        empty={
          part === ""
            ? "Nobody has an account on this server. Without --accounts people come with tokens of another issuer: search for the whole id."
            : `Nobody's address or id has “${part}” in it.`
        }
      />
    </Page>
  );
}
