// How the server and its database are, at a glance; what needs somebody comes first.

import type { ReactNode } from "react";
import { useSession } from "../api/session.tsx";
import type { Overview } from "../api/wire.ts";
import { linkTo } from "../frame/address.ts";
import { useAnswer } from "../state/use-answer.ts";
import { bytes, count, counted, lasting } from "../state/words.ts";
import { Button } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { Facts, Loading, Problem } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";

const EVERY_MS = 30_000;
const DAY_MS = 86_400_000;

export function OverviewPage() {
  const { answer, problem, isLoading, atMs, again } = useAnswer<Overview>("overview", {
    everyMs: EVERY_MS,
  });
  return (
    <Page
      title="Overview"
      actions={
        <Button onClick={again} busy={isLoading}>
          Refresh
        </Button>
      }
    >
      {problem === undefined ? null : <Problem problem={problem} onAgain={again} />}
      {answer === undefined ? (
        problem === undefined && <Loading what="the overview" />
      ) : (
        <>
          <p className="soft">
            {atMs === undefined ? null : (
              <>
                As of <Time at={new Date(atMs).toISOString()} />, and again every 30 s while you are
                here.
              </>
            )}
          </p>
          <Attention overview={answer} />
          <Figures overview={answer} />
        </>
      )}
    </Page>
  );
}

/** What somebody should look at. */
function Attention({ overview }: { readonly overview: Overview }) {
  const { mayRead } = useSession();
  const { database, bus, rateLimits, connections, consumers, locked, traffic } = overview;
  const buried = consumers.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const late = overview.lastBackup === null ? undefined : Date.parse(overview.lastBackup);
  const found = [
    database === "unreachable" && "The database does not answer: nothing can be read or written.",
    bus === "unreachable" && "The bus is away: what other nodes commit is noticed later.",
    rateLimits === "alone" && "Redis is away: this node counts rate limits alone.",
    connections.waiting > 0 &&
      `${counted(connections.waiting, "request waits", "requests wait")} for a connection to the database.`,
    buried > 0 && `Background work could not do ${counted(buried, "entry", "entries")}.`,
    traffic.failed > 0 &&
      `${counted(traffic.failed, "request", "requests")} failed on this node since it started: its log says why.`,
    overview.backups &&
      (late === undefined || Date.now() - late > 2 * DAY_MS) &&
      "The newest backup is older than two days, or there is none.",
  ].filter((one) => one !== false);
  return (
    <section className="stack" aria-labelledby="attention">
      <h2 id="attention">Needs somebody</h2>
      {found.length === 0 ? (
        <p className="note note-done">Nothing: all parts are there, and nothing failed.</p>
      ) : (
        <ul className="note note-danger plain">
          {found.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {buried > 0 && mayRead("consumers") ? (
        <p className="soft">
          What could not be done, and having it tried again:{" "}
          <a href={linkTo("background")}>Background work</a>
        </p>
      ) : null}
      {locked > 0 ? (
        <p className="soft">
          {counted(locked, "user is", "users are")} locked
          {mayRead("users") ? (
            <>
              {": see "}
              <a href={linkTo("people")}>People</a>
            </>
          ) : null}
          .
        </p>
      ) : null}
    </section>
  );
}

function Figures({ overview }: { readonly overview: Overview }) {
  const { storage, traffic, connections, consumers, lastBackup } = overview;
  const { mutations } = traffic;
  return (
    <div className="panels">
      <Panel title="Server">
        <Facts
          facts={[
            ["Version", overview.version],
            ["Runs for", lasting(overview.uptimeSeconds)],
            ["Memory", bytes(overview.memoryBytes)],
            ["Node.js", overview.node],
            ["Bus", overview.bus],
            ["Rate limits", RATE_LIMITS[overview.rateLimits]],
          ]}
        />
      </Panel>
      <Panel title="Database">
        <Facts
          facts={[
            ["State", overview.database],
            ["Size", bytes(storage.bytes)],
            ["Spaces", count(storage.spaces)],
            ["Records", count(storage.records)],
            ["Deleted records that are kept", count(storage.tombstones)],
            [
              "Connections",
              `${count(connections.open - connections.idle)} of ${count(connections.open)} in use`,
            ],
            ["Schema", overview.schema],
          ]}
        />
      </Panel>
      <Panel title="Traffic">
        <p className="soft">Of the node that answered, since it started.</p>
        <Facts
          facts={[
            ["Open sockets", count(traffic.sockets)],
            ["Open connections", count(traffic.connections)],
            ["Requests", count(traffic.requests)],
            ["Failed", count(traffic.failed)],
            ["Refused for being too much", count(traffic.refused)],
            ["Pushes", count(traffic.pushes)],
            ["Mutations applied", count(mutations.applied)],
            ["Conflicts", count(mutations.conflict)],
            ["Rejected", count(mutations.rejected)],
            ["Sent twice", count(mutations.duplicate)],
          ]}
        />
      </Panel>
      <Panel title="Backups">
        <Facts
          facts={[
            ["Newest", <Time key="at" at={lastBackup} none="none that this server knows of" />],
            ["Made by the server", overview.backups ? "yes" : "no"],
          ]}
        />
        {overview.backups ? null : (
          <p className="soft">
            Start the server with <code>--backup-folder</code>, and it makes them by itself.
          </p>
        )}
      </Panel>
      <Panel title="Background work">
        {consumers.length === 0 ? (
          <p className="soft">No consumer has run on this database.</p>
        ) : (
          <Facts
            facts={consumers.map(({ consumer, behind, deadLetters }) => [
              consumer,
              `${behind === 0 ? "up to date" : `${counted(behind, "space")} behind`}${
                deadLetters === 0 ? "" : `, ${counted(deadLetters, "dead letter")}`
              }`,
            ])}
          />
        )}
      </Panel>
    </div>
  );
}

const RATE_LIMITS: Readonly<Record<Overview["rateLimits"], string>> = {
  shared: "counted with the other nodes",
  alone: "counted alone, as Redis is away",
  own: "counted by this node",
};

function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card stack" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
