// A card: its title, its place, votes that add up, and comments that nobody changes afterwards.

import { compareRanks } from "@syncline/core";
import { type FormEvent, useEffect, useRef } from "react";
import { type CardRow, type ColumnRow, move, useClient, useQuery, user } from "./sync.ts";

interface CardProps {
  readonly card: CardRow;
  readonly cards: readonly CardRow[];
  readonly columns: readonly ColumnRow[];
  readonly mayWrite: boolean;
  close(): void;
}

export function CardDialog({ card, cards, columns, mayWrite, close }: CardProps) {
  const board = useClient();
  const { collections } = board;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { rows } = useQuery("comments", { where: { cardId: card.id }, orderBy: "at" });
  const votes = useQuery("votes", {}).rows.find(({ id }) => id === card.id);
  const { columnId } = card;
  const own = cards.filter((one) => one.columnId === columnId).sort(compareRanks);
  const index = own.findIndex(({ id }) => id === card.id);
  const step = (by: number) => move(board, cards, card.id, { columnId, index: index + by });
  function comment(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text")).trim();
    if (text !== "")
      collections.comments.insert({ cardId: card.id, by: user, text, at: Date.now() });
    event.currentTarget.reset();
  }
  function vote() {
    if (votes === undefined) collections.votes.insert({ id: card.id, n: 1 });
    else collections.votes.update(card.id, { n: 1 });
  }
  return (
    <dialog ref={dialog} onClose={close} aria-label={card.title}>
      <header className="bar write">
        <input
          key={card.title}
          defaultValue={card.title}
          aria-label="Title"
          disabled={!mayWrite}
          maxLength={200}
          onBlur={({ target }) => {
            const title = target.value.trim();
            if (title !== "" && title !== card.title) collections.cards.update(card.id, { title });
          }}
        />
        <button type="button" aria-label="Close" onClick={() => dialog.current?.close()}>
          ✕
        </button>
      </header>
      <p className="actions">
        <button type="button" disabled={!mayWrite} onClick={vote}>
          ▲ {votes?.n ?? 0} Vote
        </button>
        {mayWrite && (
          <>
            <select
              aria-label="Column"
              value={columnId}
              onChange={({ target }) =>
                move(board, cards, card.id, { columnId: target.value, index: 0 })
              }
            >
              {columns.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
            <button type="button" aria-label="Up" disabled={index <= 0} onClick={() => step(-1)}>
              ↑
            </button>
            <button
              type="button"
              aria-label="Down"
              disabled={index >= own.length - 1}
              onClick={() => step(1)}
            >
              ↓
            </button>
            <button type="button" onClick={() => collections.cards.delete(card.id)}>
              Delete
            </button>
          </>
        )}
      </p>
      <ul>
        {rows.map(({ id, by, text, at }) => (
          <li key={id} className="comment">
            <b>{by}</b> <span className="dim">{new Date(at).toLocaleString()}</span>
            <br />
            {text}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <form className="write" onSubmit={comment}>
          <input name="text" aria-label="Comment" placeholder="Say something" autoComplete="off" />
          <button type="submit">Send</button>
        </form>
      )}
    </dialog>
  );
}
