// What a page shows while it has nothing to show: it loads, was refused, or there is nothing; and what to do about that.

import { Fragment, type ReactNode } from "react";
import type { ApiError } from "../api/client.ts";
import type { AreaName } from "../api/wire.ts";
import { Button } from "./button.tsx";

export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="loading" role="status">
      <span className="loading-mark" aria-hidden="true" />
      Loading {what}…
    </p>
  );
}

/** Why something was refused, and what can be done. */
export function Problem(props: { readonly problem: ApiError; readonly onAgain?: () => void }) {
  const { problem, onAgain } = props;
  return (
    <div className="note note-danger" role="alert">
      <p>
        <strong>{problem.message}</strong> <code>{problem.code}</code>
      </p>
      <p>{adviceOn(problem)}</p>
      {onAgain === undefined ? null : <Button onClick={onAgain}>Try again</Button>}
    </div>
  );
}

function adviceOn({ code, status, retryAfter }: ApiError): string {
  if (status === 0) return "Look whether the server runs, and whether this computer has a network.";
  if (code === "not_found") return "It may have been removed meanwhile. Go back to the list.";
  if (code === "forbidden")
    return "Sign in with a key that has the scope, or make one by a command.";
  if (retryAfter !== undefined) return `Try again in ${retryAfter} s.`;
  if (status >= 500) return "The server's log says more. The overview tells how its parts are.";
  return "Change what was asked for, and try again.";
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children === undefined ? null : <div className="soft">{children}</div>}
    </div>
  );
}

/** The page of an area that the key has no scope for. */
export function NoScope({ area }: { readonly area: AreaName }) {
  return (
    <div className="note">
      <p>
        <strong>
          This key has no scope for <code>{area}</code>.
        </strong>
      </p>
      <p>
        A key with <code>read:{area}</code> looks, and one with <code>{area}</code> changes things,
        too. Whoever runs the server makes one:
      </p>
      <pre>
        <code>syncline keys create console --admin {area} --expires 90d</code>
      </pre>
    </div>
  );
}

/** Below a page that a key may look at and not change: what it lacks, by name. */
export function LooksOnly({ area, what }: { readonly area: AreaName; readonly what: string }) {
  return (
    <p className="soft">
      This key only looks: to {what}, it needs the scope <code>{area}</code>.
    </p>
  );
}

/** Names and values, one below the other on a phone. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
