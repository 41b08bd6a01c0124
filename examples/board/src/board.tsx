// A board: its columns, its cards in an order of one's own, who is there, and what was refused.

import { useSpaces } from "@syncline/client/react";
import type { Spaces } from "@syncline/client/spaces";
import { type DragEvent, useState, useSyncExternalStore } from "react";
import { CardDialog } from "./card.tsx";
import { People } from "./people.tsx";
import {
  type CardRow,
  type Column,
  move,
  submitted,
  useClient,
  useColumns,
  useInbox,
  useMutation,
  usePresence,
  user,
  useSyncStatus,
} from "./sync.ts";

const LOOK = "You may look, and change nothing.";
const LEFT = "You are not a member of this board any more: it was removed from this device.";

export function BoardPage({ spaces, name }: { readonly spaces: Spaces; readonly name: string }) {
  // Undefined: one is no member, or not any more.
  const listed = useSpaces(spaces).find((one) => one.name === name);
  const [card, setCard] = useState<string>();
  const [people, setPeople] = useState(false);
  const columns = useColumns();
  const cards = columns.flatMap((column) => column.cards);
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
      {!mayWrite && <p className="notice">{listed ? LOOK : LEFT}</p>}
      <Refused />
      {people && listed && <People spaces={spaces} board={listed} />}
      <div className="columns">
        {columns.map((column) => (
          <ColumnView
            key={column.id}
            column={column}
            cards={cards}
            mayWrite={mayWrite}
            open={setCard}
          />
        ))}
      </div>
      {opened && <CardDialog card={opened} mayWrite={mayWrite} close={() => setCard(undefined)} />}
    </div>
  );
}

interface ColumnProps {
  readonly column: Column;
  /** Of all columns. */
  readonly cards: readonly CardRow[];
  readonly mayWrite: boolean;
  open(card: string): void;
}

function ColumnView({ column, cards, mayWrite, open }: ColumnProps) {
  const board = useClient();
  const own = column.cards;
  const [over, setOver] = useState<number>();
  const add = useMutation((_board, title: string) =>
    move(board, cards, { title }, { columnId: column.id }),
  );
  const hover = (event: DragEvent, index: number | undefined) => {
    if (mayWrite) event.preventDefault();
    event.stopPropagation();
    setOver(index);
  };
  const drop = (before?: string) => (event: DragEvent) => {
    hover(event, undefined);
    const id = event.dataTransfer.getData("text/plain");
    const isCard = id !== before && cards.some((one) => one.id === id);
    if (mayWrite && isCard) move(board, cards, id, { columnId: column.id, before });
  };
  return (
    <section
      aria-label={column.title}
      onDragOver={(event) => hover(event, own.length)}
      onDragLeave={() => setOver(undefined)}
      onDrop={drop()}
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
            onDragOver={(event) => hover(event, index)}
            onDrop={drop(card.id)}
          >
            <button type="button" onClick={() => open(card.id)}>
              {card.title}
            </button>
            {(card.votes?.n ?? 0) > 0 && <span className="votes">▲ {card.votes?.n}</span>}
          </li>
        ))}
        {over === own.length && <li className="over end" aria-hidden="true" />}
      </ol>
      {mayWrite && (
        <form onSubmit={submitted(add.run)}>
          <input
            name="text"
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
  const { state, undo, redo } = history;
  const now = useSyncExternalStore(state.subscribe, state.getSnapshot);
  const button = (name: string, sign: string, run: () => unknown, can: boolean) => (
    <button type="button" disabled={disabled || !can} aria-label={name} onClick={run}>
      {sign}
    </button>
  );
  return (
    <span className="undo">
      {button(`Undo ${now.undoLabel ?? ""}`, "↶", undo, now.canUndo)}
      {button(`Redo ${now.redoLabel ?? ""}`, "↷", redo, now.canRedo)}
    </span>
  );
}

function Status() {
  const { phase, pending } = useSyncStatus();
  const fine = phase === "live" || phase === "polling";
  const waits = pending > 0 ? `${pending} to send` : "";
  const saved = pending > 0 ? "saving" : "saved";
  // Who is not let in is told so by the page.
  const text = phase === "blocked" ? "" : fine ? saved : [phase, waits].join(" ");
  return (
    <output className="status" data-phase={phase}>
      {text}
    </output>
  );
}
