// A list of the interface, page by page: what is there, and more when it is asked for.

import { useCallback, useEffect, useState } from "react";
import type { ApiError } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import { problemOf } from "./use-answer.ts";

export interface Pages<Item> {
  readonly items: readonly Item[];
  readonly problem: ApiError | undefined;
  readonly isLoading: boolean;
  /** Whether there may be more behind what is there. */
  readonly hasMore: boolean;
  more(): void;
  /** From the beginning. */
  again(): void;
}

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface ListQuestion<Item, Answer> {
  /** The path of the page behind `after`; of the first one where that is undefined. */
  path(after: string | undefined): string;
  read(answer: Answer): PageOf<Item>;
  /** What tells one from another: a list that moves meanwhile may bring one twice. */
  id(item: Item): string;
}

interface State<Item> {
  /** The first page's path: another one is another list. */
  readonly list: string;
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly problem: ApiError | undefined;
  readonly isLoading: boolean;
}

/** A page may be empty and have a next one: so many are asked for in a row. */
const IN_A_ROW = 5;

/** @param question must be the same object for the same list */
export function usePages<Item, Answer>(question: ListQuestion<Item, Answer>): Pages<Item> {
  const { api } = useSession();
  const list = question.path(undefined);
  const [state, setState] = useState<State<Item>>(() => nothing(list));
  const [round, setRound] = useState(0);

  const load = useCallback(
    async (from: State<Item>, isGone: () => boolean) => {
      let { next, items } = from;
      let isFirst = items.length === 0 && next === null;
      try {
        for (let asked = 0, before = items.length; asked < IN_A_ROW; asked += 1) {
          const answer = await api.get<Answer>(question.path(isFirst ? undefined : (next ?? "")));
          isFirst = false;
          const page = question.read(answer);
          next = page.next;
          items = [
            ...new Map([...items, ...page.items].map((one) => [question.id(one), one])).values(),
          ];
          if (next === null || items.length > before) break;
        }
        if (!isGone()) setState({ list, items, next, problem: undefined, isLoading: false });
      } catch (thrown) {
        if (!isGone())
          setState({ list, items, next, problem: problemOf(thrown), isLoading: false });
      }
    },
    [api, question, list],
  );

  // A new round begins anew.
  useEffect(() => {
    let isGone = false;
    setState((last) => (last.list === list ? { ...last, isLoading: true } : nothing(list)));
    void load(nothing(list), () => isGone);
    return () => {
      isGone = true;
    };
  }, [load, list, round]);

  const shown = state.list === list ? state : nothing<Item>(list);
  return {
    ...shown,
    hasMore: shown.next !== null,
    more() {
      if (shown.isLoading) return;
      setState({ ...shown, isLoading: true });
      void load(shown, () => false);
    },
    again: useCallback(() => setRound((one) => one + 1), []),
  };
}

function nothing<Item>(list: string): State<Item> {
  return { list, items: [], next: null, problem: undefined, isLoading: true };
}
