// The people of a board: who they are, what they may do, invitations by link, and handing the board over.

import { useMembers } from "@syncline/client/react";
import type { ListedSpace, Role, Spaces } from "@syncline/client/spaces";
import { useState } from "react";
import { user } from "./sync.ts";

interface PeopleProps {
  readonly spaces: Spaces;
  readonly name: string;
  readonly listed: ListedSpace;
}

const ROLES: readonly Role[] = ["reader", "writer", "owner"];

export function People({ spaces, name, listed }: PeopleProps) {
  const { ready, members } = useMembers(spaces, name);
  const [said, setSaid] = useState<string>();
  const [link, setLink] = useState<string>();
  const face = spaces.members(name);
  const owns = listed.role === "owner";
  /** What needs the server may fail without a network: then it says so. */
  const attempt = (work: Promise<unknown>) =>
    work.then(
      () => setSaid(undefined),
      (thrown: Error) => setSaid(thrown.message),
    );
  const invite = (role: Role) =>
    attempt(
      face
        .invite({ role })
        .then(({ code }) => setLink(`${location.origin}/#invite=${encodeURIComponent(code)}`)),
    );
  return (
    <section className="people" aria-label="People">
      {!ready && <p className="dim">Asking who is in …</p>}
      <ul>
        {members.map(({ userId, role }) => (
          <li key={userId} className="person" aria-label={userId}>
            <span className="name">{userId === user ? `${userId} (you)` : userId}</span>
            {owns && userId !== user ? (
              <>
                <select
                  aria-label={`Role of ${userId}`}
                  value={role}
                  onChange={({ target }) => attempt(face.setRole(userId, target.value as Role))}
                >
                  {ROLES.map((one) => (
                    <option key={one}>{one}</option>
                  ))}
                </select>
                <button type="button" onClick={() => attempt(face.handOver(userId))}>
                  Hand over
                </button>
                <button type="button" onClick={() => attempt(face.remove(userId))}>
                  Remove
                </button>
              </>
            ) : (
              <span className="dim">{role}</span>
            )}
          </li>
        ))}
      </ul>
      <p className="actions">
        {owns && (
          <>
            <button type="button" onClick={() => invite("writer")}>
              Invite a writer
            </button>
            <button type="button" onClick={() => invite("reader")}>
              Invite a reader
            </button>
          </>
        )}
        <button type="button" onClick={() => attempt(spaces.leave(name))}>
          Leave
        </button>
      </p>
      {link && (
        <p>
          Send this link to one person; it holds for a week:
          <input className="link" aria-label="Invitation" readOnly value={link} />
        </p>
      )}
      {said && <p role="alert">{said}</p>}
    </section>
  );
}
