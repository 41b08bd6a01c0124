// The backups in the server's folder, and how one is restored.

import type { Backup } from "../api/wire.ts";
import { useAnswer } from "../state/use-answer.ts";
import { bytes } from "../state/words.ts";
import { Button } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Loading, Problem } from "../ui/states.tsx";
import { Table } from "../ui/table.tsx";
import { Moment, Time } from "../ui/time.tsx";

export function BackupsPage() {
  const { answer, problem, isLoading, again } = useAnswer<{ readonly backups: readonly Backup[] }>(
    "backups",
  );
  return (
    <Page
      title="Backups"
      actions={
        <Button onClick={again} busy={isLoading}>
          Refresh
        </Button>
      }
    >
      {problem === undefined ? null : <Problem problem={problem} onAgain={again} />}
      {answer === undefined ? (
        problem === undefined && <Loading what="backups" />
      ) : answer.backups.length === 0 ? (
        <Empty title="There are no backups that this server knows of.">
          <p>
            Start it with <code>--backup-folder</code>, and it makes them by itself. Those of{" "}
            <code>syncline backup</code> elsewhere, and of PostgreSQL, it does not see.
          </p>
        </Empty>
      ) : (
        <>
          <Table
            label="Backups"
            rows={answer.backups}
            id={({ name }) => name}
            columns={[
              { name: "File", cell: ({ name }) => <code>{name}</code> },
              { name: "Made", cell: ({ at }) => <Moment at={at} /> },
              { name: "How long ago", cell: ({ at }) => <Time at={at} /> },
              { name: "Size", isNumber: true, cell: (backup) => bytes(backup.bytes) },
            ]}
          />
          <p className="soft">
            Each was verified when it was made. Look again with{" "}
            <code>syncline backup verify FILE</code>; go back to one, with the server stopped, with{" "}
            <code>syncline restore FILE</code>.
          </p>
        </>
      )}
    </Page>
  );
}
