// The app's data: what it consists of, where it lives, and who the user is.

import { collection, type DataOf, openClient, type Row } from "@syncline/client";
import { openIndexedDbStore } from "@syncline/client/indexeddb";
import { createHooks } from "@syncline/client/react";
import { openSpaces } from "@syncline/client/spaces";
import { compareRanks, placeAt } from "@syncline/core";
import type { FormEvent } from "react";

export const collections = {
  columns: collection<{ title: string; rank: string }>(),
  cards: collection<{ columnId: string; title: string; rank: string }>(),
  comments: collection<{ cardId: string; by: string; text: string; at: number }>({ policy: "log" }),
  votes: collection<{ n: number }>({ policy: "counter" }),
};
export type CardRow = Row<DataOf<typeof collections.cards>>;
const hooks = createHooks<typeof collections>();
export const { SynclineProvider, useClient, useInbox, useMutation } = hooks;
export const { usePresence, useQuery, useSyncStatus } = hooks;
export type Board = ReturnType<typeof useClient>;

/** All that a board shows: its columns, with their cards, with their votes. */
const COLUMNS = {
  orderBy: "rank",
  include: {
    cards: {
      collection: "cards",
      by: "columnId",
      orderBy: "rank",
      include: { votes: { collection: "votes", id: "id" } },
    },
  },
} as const;
export const useColumns = () => useQuery("columns", COLUMNS).rows;
export type Column = ReturnType<typeof useColumns>[number];
export type Card = Column["cards"][number];

/** What a new board begins with. */
export const TEMPLATE = {
  columns: [
    { id: "todo", title: "To do", rank: "G" },
    { id: "doing", title: "Doing", rank: "V" },
    { id: "done", title: "Done", rank: "k" },
  ],
  cards: [{ columnId: "todo", title: "Invite somebody", rank: "V" }],
};

/** A real app has a login here. This one takes anybody's word: `/?user=ann`. */
export const user = new URLSearchParams(location.search).get("user") ?? "me";

export async function token(): Promise<string> {
  const answer = await fetch(`/token?user=${encodeURIComponent(user)}`);
  if (!answer.ok) throw new Error("The login does not answer.");
  return await answer.text();
}

export async function open() {
  const client = await openClient({
    url: location.origin,
    app: "board",
    userId: user,
    token,
    store: await openIndexedDbStore({ name: `board-${user}`, onOutdated: () => location.reload() }),
    collections,
  });
  return { client, spaces: await openSpaces(client) };
}

export type Opened = Awaited<ReturnType<typeof open>>;

/** What a form with one field does with its text. */
export const submitted = (take: (text: string) => void) => (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault();
  const text = String(new FormData(event.currentTarget).get("text")).trim();
  event.currentTarget.reset();
  if (text !== "") take(text);
};

/** Puts a card before another one, or last, as one mutation; where there is no room, its neighbours move with it. */
export function move(
  board: Board,
  cards: readonly CardRow[],
  card: string | { readonly title: string },
  { columnId, before }: { readonly columnId: string; readonly before?: string | undefined },
) {
  const others = cards.filter((one) => one.columnId === columnId && one.id !== card);
  const index = others.sort(compareRanks).findIndex(({ id }) => id === before);
  const placed = placeAt(others, index < 0 ? others.length : index);
  const { rank } = placed;
  return board.transaction(
    ({ collections: { cards: all } }) => {
      for (const moved of placed.others) all.update(moved.id, { rank: moved.rank });
      if (typeof card === "string") all.update(card, { columnId, rank });
      else all.insert({ ...card, columnId, rank });
    },
    { label: typeof card === "string" ? "move a card" : "add a card" },
  );
}
