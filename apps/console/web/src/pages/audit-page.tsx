// Who did what with rights over others: to filter, to page through, and to take along.

import { useMemo, useState } from "react";
import { type Api, pathOf } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import type { AuditEntry } from "../api/wire.ts";
import { useAct } from "../state/use-act.ts";
import { usePages } from "../state/use-pages.ts";
import { counted } from "../state/words.ts";
import { Button, saveFile } from "../ui/button.tsx";
import { CheckField, type Choice, SearchForm, Select } from "../ui/field.tsx";
import { List } from "../ui/list.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { Page } from "../ui/page.tsx";
import type { Column } from "../ui/table.tsx";
import { Moment } from "../ui/time.tsx";

type Since = "day" | "week" | "month" | "all";

const SINCE: readonly Choice<Since>[] = [
  { value: "day", label: "the last day" },
  { value: "week", label: "the last 7 days" },
  { value: "month", label: "the last 30 days" },
  { value: "all", label: "all that is kept" },
];
const DAYS: Readonly<Record<Exclude<Since, "all">, number>> = { day: 1, week: 7, month: 30 };
/** A call of this interface: what changes something is noted once more, as the act that it is. */
const CALL = "admin.call";
const MOST = "999";

interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
}

interface Asked {
  readonly about: string;
  readonly since: string | undefined;
  readonly without: string | undefined;
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    name: "When",
    cell: ({ at }) => (
      <span className="whole">
        <Moment at={at} />
      </span>
    ),
  },
  { name: "What", cell: ({ action }) => <code className="whole">{action}</code> },
  {
    name: "To",
    cell: ({ target }) =>
      target === "" ? <span className="soft">the installation</span> : <code>{target}</code>,
  },
  {
    name: "By",
    cell: ({ actor }) => (
      <>
        {actor.kind} <code>{actor.id}</code>
      </>
    ),
  },
  { name: "With", cell: ({ details }) => <Details details={details} /> },
];

function Details({ details }: Pick<AuditEntry, "details">) {
  const parts = Object.entries(details);
  if (parts.length === 0) return <span className="soft">–</span>;
  return parts.map(([name, value]) => (
    <span key={name} className={name === "failed" ? "block field-problem" : "block"}>
      {name}: <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
    </span>
  ));
}

export function AuditPage() {
  const { api } = useSession();
  const [about, setAbout] = useState("");
  const [since, setSince] = useState<Since>("week");
  const [withCalls, setWithCalls] = useState(false);
  const acts = useAct();
  const asked = useMemo<Asked>(
    () => ({
      about,
      since: since === "all" ? undefined : beginning(DAYS[since]),
      without: withCalls ? undefined : CALL,
    }),
    [about, since, withCalls],
  );
  const question = useMemo(
    () => ({
      path: (before: string | undefined) => pathOf(["audit"], { ...asked, before, limit: "50" }),
      read: ({ entries, next }: AuditPage) => ({ items: entries, next }),
      id: ({ id }: AuditEntry) => id,
    }),
    [asked],
  );
  const pages = usePages(question);
  return (
    <Page
      title="Audit"
      actions={
        <>
          <Button onClick={pages.again} busy={pages.isLoading}>
            Refresh
          </Button>
          <Button
            busy={acts.isBusy}
            onClick={() =>
              acts.act(async () => {
                const { lines, file } = await everything(api, asked);
                saveFile("audit.ndjson", file);
                return `audit.ndjson has ${counted(lines, "entry", "entries")}, the newest first.`;
              })
            }
          >
            Export
          </Button>
        </>
      }
    >
      <Outcome acts={acts} />
      <SearchForm label="A user's id, a key's id, or a space" onSearch={setAbout}>
        <Select label="Since" value={since} choices={SINCE} onChoose={(value) => setSince(value)} />
        <CheckField
          label="Calls of this interface, too"
          checked={withCalls}
          onCheck={setWithCalls}
        />
      </SearchForm>
      <List
        what="entries"
        one="entry"
        pages={pages}
        columns={COLUMNS}
        id={question.id}
        empty="Look further back, or for somebody else. What people tried and were refused is not noted."
      />
    </Page>
  );
}

function beginning(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

/** All entries that fit, as lines of JSON, as `syncline audit --json` prints them. */
async function everything(
  api: Api,
  asked: Asked,
): Promise<{ readonly lines: number; readonly file: Blob }> {
  const parts: string[] = [];
  let lines = 0;
  for (let before: string | undefined; ; ) {
    const path = pathOf(["audit"], { ...asked, before, limit: MOST });
    const { entries, next } = await api.get<AuditPage>(path);
    parts.push(...entries.map((entry) => `${JSON.stringify(entry)}\n`));
    lines += entries.length;
    if (next === null) return { lines, file: new Blob(parts, { type: "application/x-ndjson" }) };
    before = next;
  }
}
