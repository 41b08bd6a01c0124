// The boards of a user: the list, a new one, an invitation that is being looked at, and the one that is open.

import { useSpaces } from "@syncline/client/react";
import type { Preview } from "@syncline/client/spaces";
import { useEffect, useState, useSyncExternalStore } from "react";
import { BoardPage } from "./board.tsx";
import { type Board, type Opened, SynclineProvider, submitted, TEMPLATE, user } from "./sync.ts";

/** What is shown is in the address: `#board=…` or `#invite=…`. */
function onHash(changed: () => void) {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

export function App({ client, spaces }: Opened) {
  const hash = new URLSearchParams(useSyncExternalStore(onHash, () => location.hash).slice(1));
  const name = hash.get("board");
  const code = hash.get("invite");
  const [board, setBoard] = useState<{ readonly name: string; readonly space: Board }>();
  useEffect(() => {
    if (name === null) return;
    let shown = true;
    const stop = spaces.reading(name);
    client.space(name).then(
      (space) => shown && setBoard({ name, space }),
      () => undefined, // the list is shown
    );
    return () => {
      shown = false;
      stop();
    };
  }, [client, spaces, name]);
  if (code !== null) return <Invited spaces={spaces} code={code} />;
  if (name === null || board?.name !== name) return <Boards spaces={spaces} />;
  return (
    <SynclineProvider client={board.space}>
      <BoardPage spaces={spaces} name={name} />
    </SynclineProvider>
  );
}

function Boards({ spaces }: Pick<Opened, "spaces">) {
  const list = useSpaces(spaces);
  const [error, setError] = useState<string>();
  const make = (title: string) =>
    spaces.create({ title, records: TEMPLATE }).then(
      (name) => location.assign(`#board=${name}`),
      (thrown: Error) => setError(thrown.message),
    );
  return (
    <main className="boards">
      <header>
        <h1>Boards</h1>
        <p className="status">{user}</p>
      </header>
      <form className="write" onSubmit={submitted(make)}>
        <input
          name="text"
          aria-label="Name of a new board"
          placeholder="A new board"
          maxLength={80}
          autoComplete="off"
        />
        <button type="submit">Make it</button>
        {error && <p role="alert">{error}</p>}
      </form>
      {list.length === 0 && <p className="dim">No boards yet. Make one, or open an invitation.</p>}
      <ul>
        {list.map(({ name, title, role, state, unread, error: refused }) => (
          <li key={name}>
            <a href={`#board=${name}`}>
              <strong>{title || name}</strong>
              <span className="dim">
                {state === "making" ? "not on the server yet" : (refused?.message ?? role)}
              </span>
              {unread && <b className="unread">new</b>}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}

function Invited({ spaces, code }: Pick<Opened, "spaces"> & { readonly code: string }) {
  const [preview, setPreview] = useState<Preview>();
  const [error, setError] = useState<string>();
  const failed = (thrown: Error) => setError(thrown.message);
  useEffect(() => {
    spaces.preview(code).then(setPreview, (thrown: Error) => setError(thrown.message));
  }, [spaces, code]);
  const accept = () =>
    spaces.accept(code).then(({ name }) => location.replace(`#board=${name}`), failed);
  return (
    <main className="boards">
      <h1>An invitation</h1>
      {preview && (
        <>
          <p>
            {preview.by} invites you to <strong>{preview.title}</strong> as {preview.role}.
          </p>
          <button type="button" onClick={accept}>
            Join
          </button>
        </>
      )}
      {error && <p role="alert">{error}</p>}
      <p>
        <a href="#list">All boards</a>
      </p>
    </main>
  );
}
