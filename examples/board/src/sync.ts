// The app's data: what it consists of, where it lives, and who the user is.

import { collection, openClient } from "@syncline/client";
import { openIndexedDbStore } from "@syncline/client/indexeddb";
import { createHooks } from "@syncline/client/react";
import { openSpaces } from "@syncline/client/spaces";
import { compareRanks, placeAt } from "@syncline/core";

interface Column {
  title: string;
  rank: string;
}
interface Card {
  columnId: string;
  title: string;
  rank: string;
}
interface Comment {
  cardId: string;
  by: string;
  text: string;
  at: number;
}
export type CardRow = Readonly<Card> & { readonly id: string };
export type ColumnRow = Readonly<Column> & { readonly id: string };

export const collections = {
  columns: collection<Column>(),
  cards: collection<Card>(),
  comments: collection<Comment>({ policy: "log" }),
  votes: collection<{ n: number }>({ policy: "counter" }),
};
export const {
  SynclineProvider,
  useClient,
  useInbox,
  useMutation,
  usePresence,
  useQuery,
  useSyncStatus,
} = createHooks<typeof collections>();
export type Board = ReturnType<typeof useClient>;

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
export const user = new URLSearchParams(location.search).get("user") ?? "";

async function token(): Promise<string> {
  const answer = await fetch(`/token?user=${encodeURIComponent(user)}`);
  if (!answer.ok) throw new Error("The login does not answer.");
  return await answer.text();
}

export async function open() {
  const store = await openIndexedDbStore({
    name: `board-${user}`,
    onOutdated: () => location.reload(),
  });
  const client = await openClient({
    url: location.origin,
    app: "board",
    userId: user,
    token,
    store,
    collections,
  });
  return { client, spaces: await openSpaces(client) };
}

export type Opened = Awaited<ReturnType<typeof open>>;

/** Puts a card to a place in a column, as one mutation; where there is no room, its neighbours move with it. */
export function move(
  board: Board,
  cards: readonly CardRow[],
  card: string | { readonly title: string },
  to: { readonly columnId: string; readonly index: number },
) {
  const { columnId, index } = to;
  const own = cards
    .filter((one) => one.columnId === columnId && one.id !== card)
    .sort(compareRanks);
  const { rank, others } = placeAt(own, index);
  return board.transaction(
    (tx) => {
      for (const { id, rank: moved } of others) tx.collections.cards.update(id, { rank: moved });
      if (typeof card === "string") tx.collections.cards.update(card, { columnId, rank });
      else tx.collections.cards.insert({ ...card, columnId, rank });
    },
    { label: typeof card === "string" ? "move a card" : "add a card" },
  );
}
