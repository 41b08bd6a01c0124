// A board: its columns, its cards in an order of one's own, who is there, and what was refused.

import type { ListedSpace, Spaces } from "@syncline/client/spaces";
import { compareRanks } from "@syncline/core";
import { type DragEvent, type FormEvent, useState, useSyncExternalStore } from "react";
import { CardDialog } from "./card.tsx";
import { People } from "./people.tsx";
import {
  type CardRow,
  type ColumnRow,
  move,
  useClient,
  useInbox,
  useMutation,
  usePresence,
  useQuery,
  user,
  useSyncStatus,
} from "./sync.ts";

interface BoardProps {
  readonly spaces: Spaces;
  readonly name: string;
  /** Undefined: one is no member, or not any more. */
  readonly listed: ListedSpace | undefined;
}

export function BoardPage({ spaces, name, listed }: BoardProps) {
  const [card, setCard] = useState<string>();
  const [people, setPeople] = useState(false);
  const columns = useQuery("columns", {}).rows.toSorted(compareRanks);
  const cards = useQuery("cards", {}).rows;
  const others = usePresence({ name: user, card: card ?? null });
  const mayWrite = listed?.role === "owner" || listed?.role === "writer";
  const opened = cards.find(({ id }) => id === card);
  return (
    <div className="board">
      <header className="bar">
        <a href="#list" aria-label="All boards">
          ←
        </a>
        <h1>{listed?.title ?? "A board"}</h1>
        <Status />
        <ul className="there" aria-label="Who is here">
          {others.map(({ clientId, state }) => (
            <li key={clientId} title={String(state["name"])}>
              {String(state["name"]).slice(0, 2)}
            </li>
          ))}
        </ul>
        <Undo disabled={!mayWrite} />
        {listed && (
          <button type="button" aria-expanded={people} onClick={() => setPeople(!people)}>
            People
          </button>
        )}
      </header>
      {listed === undefined && (
        <p className="notice" role="alert">
          You are not a member of this board any more: it was removed from this device.
        </p>
      )}
      {listed?.role === "reader" && <p className="notice">You may look, and change nothing.</p>}
      <Refused />
      {people && listed && <People spaces={spaces} listed={listed} name={name} />}
      <div className="columns">
        {columns.map((column) => (
          <Column
            key={column.id}
            column={column}
            cards={cards}
            mayWrite={mayWrite}
            open={setCard}
          />
        ))}
      </div>
      {opened && (
        <CardDialog
          card={opened}
          cards={cards}
          columns={columns}
          mayWrite={mayWrite}
          close={() => setCard(undefined)}
        />
      )}
    </div>
  );
}

interface ColumnProps {
  readonly column: ColumnRow;
  readonly cards: readonly CardRow[];
  readonly mayWrite: boolean;
  open(card: string): void;
}

function Column({ column, cards, mayWrite, open }: ColumnProps) {
  const board = useClient();
  const votes = new Map(useQuery("votes", {}).rows.map(({ id, n }) => [id, n]));
  const own = cards.filter(({ columnId }) => columnId === column.id).sort(compareRanks);
  const [over, setOver] = useState<number>();
  const add = useMutation((_board, title: string) =>
    move(board, cards, { title }, { columnId: column.id, index: own.length }),
  );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget).get("title")).trim();
    if (title !== "") add.run(title);
    event.currentTarget.reset();
  }
  const allow = (index: number) => (event: DragEvent) => {
    if (!mayWrite) return;
    event.preventDefault();
    event.stopPropagation();
    setOver(index);
  };
  const drop = (index: number) => (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(undefined);
    const id = event.dataTransfer.getData("text/plain");
    if (!mayWrite || !cards.some((one) => one.id === id)) return;
    // Its own place does not count.
    const from = own.findIndex((one) => one.id === id);
    const to = from >= 0 && from < index ? index - 1 : index;
    move(board, cards, id, { columnId: column.id, index: to });
  };
  return (
    <section
      aria-label={column.title}
      onDragOver={allow(own.length)}
      onDragLeave={() => setOver(undefined)}
      onDrop={drop(own.length)}
    >
      <h2>
        {column.title} <span className="dim">{own.length}</span>
      </h2>
      <ol>
        {own.map((card, index) => (
          <li
            key={card.id}
            draggable={mayWrite}
            className={over === index ? "over" : undefined}
            onDragStart={(event) => event.dataTransfer.setData("text/plain", card.id)}
            onDragOver={allow(index)}
            onDrop={drop(index)}
          >
            <button type="button" onClick={() => open(card.id)}>
              {card.title}
            </button>
            {(votes.get(card.id) ?? 0) > 0 && <span className="votes">▲ {votes.get(card.id)}</span>}
          </li>
        ))}
        {over === own.length && <li className="over end" aria-hidden="true" />}
      </ol>
      {mayWrite && (
        <form onSubmit={submit}>
          <input
            name="title"
            aria-label={`Add to ${column.title}`}
            placeholder="+ Add a card"
            maxLength={200}
            autoComplete="off"
          />
          {add.error && <p role="alert">{add.error.message}</p>}
        </form>
      )}
    </section>
  );
}

/** What the server did not take: kept until somebody decides. */
function Refused() {
  const { inbox } = useClient();
  const entries = useInbox();
  if (entries.length === 0) return null;
  return (
    <section className="notice refused" aria-label="Refused">
      {entries.map(({ id, mutation, error }) => (
        <p key={id}>
          Kept here, not on the server:{" "}
          <strong>{String(mutation.changes[0]?.fields?.["title"] ?? "a change")}</strong>.{" "}
          {error.message}{" "}
          <button type="button" onClick={() => inbox.retry(id)}>
            Try again
          </button>{" "}
          <button type="button" onClick={() => inbox.discard(id)}>
            Forget it
          </button>
        </p>
      ))}
    </section>
  );
}

function Undo({ disabled }: { readonly disabled: boolean }) {
  const { history } = useClient();
  const { canUndo, canRedo, undoLabel, redoLabel } = useSyncExternalStore(
    history.state.subscribe,
    history.state.getSnapshot,
  );
  return (
    <span className="undo">
      <button
        type="button"
        disabled={disabled || !canUndo}
        aria-label={`Undo ${undoLabel ?? ""}`}
        onClick={() => history.undo()}
      >
        ↶
      </button>
      <button
        type="button"
        disabled={disabled || !canRedo}
        aria-label={`Redo ${redoLabel ?? ""}`}
        onClick={() => history.redo()}
      >
        ↷
      </button>
    </span>
  );
}

function Status() {
  const { phase, pending } = useSyncStatus();
  const text =
    phase === "live" || phase === "polling"
      ? pending === 0
        ? "saved"
        : "saving"
      : phase === "offline"
        ? `offline${pending === 0 ? "" : `, ${pending} to send`}`
        : phase;
  return (
    <p className="status" data-phase={phase} role="status">
      {text}
    </p>
  );
}
