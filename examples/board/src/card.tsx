// A card: its title, its place, votes that add up, and comments that nobody changes afterwards.

import { useEffect, useRef } from "react";
import { type Card, move, submitted, useClient, useColumns, useQuery, user } from "./sync.ts";

interface CardProps {
  readonly card: Card;
  readonly mayWrite: boolean;
  close(): void;
}

export function CardDialog({ card, mayWrite, close }: CardProps) {
  const board = useClient();
  const { collections } = board;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => void dialog.current?.showModal(), []);
  const { rows } = useQuery("comments", { where: { cardId: card.id }, orderBy: "at" });
  const columns = useColumns();
  const { columnId, votes } = card;
  const own = columns.find(({ id }) => id === columnId)?.cards ?? [];
  const index = own.findIndex(({ id }) => id === card.id);
  const put = (to: string, before?: string) => {
    const cards = columns.find(({ id }) => id === to)?.cards ?? [];
    move(board, cards, card.id, { columnId: to, before });
  };
  const comment = (text: string) =>
    collections.comments.insert({ cardId: card.id, by: user, text, at: Date.now() });
  const vote = () =>
    votes
      ? collections.votes.update(card.id, { n: 1 })
      : collections.votes.insert({ id: card.id, n: 1 });
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
              onChange={({ target }) => put(target.value)}
            >
              {columns.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
            <button
              type="button"
              aria-label="Up"
              disabled={index <= 0}
              onClick={() => put(columnId, own[index - 1]?.id)}
            >
              ↑
            </button>
            <button
              type="button"
              aria-label="Down"
              disabled={index >= own.length - 1}
              onClick={() => put(columnId, own[index + 2]?.id)}
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
        <form className="write" onSubmit={submitted(comment)}>
          <input name="text" aria-label="Comment" placeholder="Say something" autoComplete="off" />
          <button type="submit">Send</button>
        </form>
      )}
    </dialog>
  );
}
