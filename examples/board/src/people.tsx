// The people of a board: who they are, what they may do, invitations by link, and handing the board over.

import { useMembers } from "@syncline/client/react";
import type { ListedSpace, Role, Spaces } from "@syncline/client/spaces";
import { useState } from "react";
import { submitted, token, user } from "./sync.ts";

interface PeopleProps {
  readonly spaces: Spaces;
  readonly board: ListedSpace;
}

export function People({ spaces, board: { name, role: own } }: PeopleProps) {
  const { ready, members } = useMembers(spaces, name);
  const [said, setSaid] = useState<string>();
  const [link, setLink] = useState<string>();
  const [mailed, setMailed] = useState<string>();
  const face = spaces.members(name);
  const owns = own === "owner";
  /** What needs the server may fail without a network: then it says so. */
  const attempt = (work: Promise<unknown>) =>
    work.then(
      () => setSaid(undefined),
      (thrown: Error) => setSaid(thrown.message),
    );
  const invite = async (role: Role) => {
    const { code } = await face.invite({ role });
    setLink(`${location.origin}/#invite=${code}`);
  };
  /** The server mails the link: whoever invites an address does not see it. */
  const mail = async (email: string) => {
    const answer = await fetch("/invite", {
      method: "POST",
      headers: { authorization: `Bearer ${await token()}` },
      body: JSON.stringify({ board: name, role: "writer", email }),
    });
    if (!answer.ok) throw new Error(`${email} could not be invited.`);
    setMailed(email);
  };
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
                  {["reader", "writer", "owner"].map((one) => (
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
            <button type="button" onClick={() => attempt(invite("writer"))}>
              Invite a writer
            </button>
            <button type="button" onClick={() => attempt(invite("reader"))}>
              Invite a reader
            </button>
          </>
        )}
        <button type="button" onClick={() => attempt(spaces.leave(name))}>
          Leave
        </button>
      </p>
      {owns && (
        <form className="write" onSubmit={submitted((email) => void attempt(mail(email)))}>
          <input
            name="text"
            type="email"
            aria-label="Address to invite"
            placeholder="somebody@example.org"
            maxLength={200}
          />
          <button type="submit">Mail an invitation</button>
        </form>
      )}
      {mailed && <p className="dim">A link is on its way to {mailed}.</p>}
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
