// The boards of a user: the list, a new one, an invitation that is being looked at, and the one that is open.

import { useSpaces } from "@syncline/client/react";
import type { ListedSpace, Preview } from "@syncline/client/spaces";
import { type FormEvent, useEffect, useState } from "react";
import { BoardPage } from "./board.tsx";
import { type Board, type Opened, SynclineProvider, TEMPLATE, user } from "./sync.ts";

/** What is shown is in the address: `#board=…` or `#invite=…`. */
function useHash(): URLSearchParams {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return new URLSearchParams(hash.slice(1));
}

export function App({ client, spaces }: Opened) {
  const hash = useHash();
  const list = useSpaces(spaces);
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
  if (name === null || board?.name !== name) return <Boards spaces={spaces} list={list} />;
  return (
    <SynclineProvider client={board.space}>
      <BoardPage spaces={spaces} name={name} listed={list.find((one) => one.name === name)} />
    </SynclineProvider>
  );
}

interface BoardsProps extends Pick<Opened, "spaces"> {
  readonly list: readonly ListedSpace[];
}

function Boards({ spaces, list }: BoardsProps) {
  const [error, setError] = useState<string>();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget).get("title")).trim();
    if (title === "") return;
    event.currentTarget.reset();
    spaces.create({ title, records: TEMPLATE }).then(
      (name) => location.assign(`#board=${name}`),
      (thrown: Error) => setError(thrown.message),
    );
  }
  return (
    <main className="boards">
      <header>
        <h1>Boards</h1>
        <p className="status">{user}</p>
      </header>
      <form className="write" onSubmit={submit}>
        <input
          name="title"
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

export function SignIn() {
  return (
    <main className="boards">
      <h1>Boards</h1>
      <form
        className="write"
        onSubmit={(event) => {
          event.preventDefault();
          const name = String(new FormData(event.currentTarget).get("user")).trim();
          if (name !== "") location.href = `/?user=${encodeURIComponent(name)}${location.hash}`;
        }}
      >
        <input name="user" aria-label="Your name" placeholder="Your name" maxLength={40} />
        <button type="submit">Go in</button>
      </form>
      <p className="dim status">This example takes anybody's word for it.</p>
    </main>
  );
}
