// All spaces, to search and to page through.

import { useMemo, useState } from "react";
import { pathOf } from "../api/client.ts";
import type { Space } from "../api/wire.ts";
import { linkToSpace } from "../frame/address.ts";
import { usePages } from "../state/use-pages.ts";
import { count } from "../state/words.ts";
import { SearchForm } from "../ui/field.tsx";
import { List } from "../ui/list.tsx";
import { Page } from "../ui/page.tsx";
import type { Column } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";

const COLUMNS: readonly Column<Space>[] = [
  {
    name: "Space",
    cell: ({ space, title }) => (
      <>
        <a href={linkToSpace(space)}>{space}</a>
        {title === "" ? null : <span className="soft block">{title}</span>}
      </>
    ),
  },
  { name: "Records", isNumber: true, cell: ({ records }) => count(records) },
  { name: "Members", isNumber: true, cell: ({ members }) => count(members) },
  { name: "Devices", isNumber: true, cell: ({ devices }) => count(devices) },
  { name: "Last commit", cell: ({ lastCommit }) => <Time at={lastCommit} /> },
  { name: "Made", cell: ({ made }) => <Time at={made} /> },
];

export function SpacesPage() {
  const [part, setPart] = useState("");
  const question = useMemo(
    () => ({
      path: (after: string | undefined) => pathOf(["spaces"], { part, after, limit: "50" }),
      read: ({
        spaces,
        next,
      }: {
        readonly spaces: readonly Space[];
        readonly next: string | null;
      }) => ({
        items: spaces,
        next,
      }),
      id: ({ space }: Space) => space,
    }),
    [part],
  );
  const pages = usePages(question);
  return (
    <Page title="Spaces">
      <SearchForm
        label="Part of a name"
        hint="As in todo/team: the app, and the space in it. Large and small letters differ."
        onSearch={setPart}
      />
      <List
        what="spaces"
        pages={pages}
        columns={COLUMNS}
        id={question.id}
        empty={
          part === "" ? (
            "A space is made when somebody pushes to it for the first time."
          ) : (
            <>
              No name has “{part}” in it. A personal space is called <code>~</code> and the user's
              id.
            </>
          )
        }
      />
    </Page>
  );
}
