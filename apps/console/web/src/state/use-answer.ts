// One answer of the interface on a page: loading, there, or refused; asked again gently while somebody looks.

import { useCallback, useEffect, useRef, useState } from "react";
import { type Api, ApiError } from "../api/client.ts";
import { useSession } from "../api/session.tsx";

export interface Asked<Answer> {
  /** The last one that came. */
  readonly answer: Answer | undefined;
  /** Why the last question has none. */
  readonly problem: ApiError | undefined;
  readonly isLoading: boolean;
  /** When the answer came, in milliseconds since 1970. */
  readonly atMs: number | undefined;
  again(): void;
}

/** Each question is in the server's audit: it is asked while somebody is at the page, and not through the night. */
const IDLE_MS = 5 * 60_000;

export interface AskOptions {
  /** Asks again so often while the page is looked at; only when `again` is called where left out. */
  readonly everyMs?: number;
}

/** @param path of a GET below `/v1/admin/`; another path is another question */
export function useAnswer<Answer>(path: string, { everyMs }: AskOptions = {}): Asked<Answer> {
  const { api } = useSession();
  const [state, setState] = useState<Omit<Asked<Answer>, "again"> & { readonly path: string }>(
    none(path),
  );
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((one) => one + 1), []);

  // A new round asks again.
  useEffect(() => {
    const asking = new AbortController();
    setState((last) => (last.path === path ? { ...last, isLoading: true } : none(path)));
    void ask<Answer>(api, path, asking.signal).then((outcome) => {
      if (asking.signal.aborted) return;
      setState((last) => ({ ...last, ...outcome, path, isLoading: false }));
    });
    return () => asking.abort();
  }, [api, path, round]);

  useRefreshing(everyMs, again);
  // What was asked for before is not shown as the answer to something else.
  return state.path === path ? { ...state, again } : { ...none(path), again };
}

function none(path: string) {
  return { answer: undefined, problem: undefined, isLoading: true, atMs: undefined, path };
}

async function ask<Answer>(api: Api, path: string, signal: AbortSignal) {
  try {
    return { answer: await api.get<Answer>(path, signal), problem: undefined, atMs: Date.now() };
  } catch (thrown) {
    // What was there before stays in view, with the reason above it.
    return { problem: problemOf(thrown) };
  }
}

export function problemOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError("internal", thrown instanceof Error ? thrown.message : String(thrown), 0);
}

function useRefreshing(everyMs: number | undefined, again: () => void): void {
  const touchedMs = useRef(Date.now());
  useEffect(() => {
    if (everyMs === undefined) return;
    let askedMs = Date.now();
    const touch = () => {
      touchedMs.current = Date.now();
    };
    const look = () => {
      const now = Date.now();
      const isWatched = !document.hidden && now - touchedMs.current < IDLE_MS;
      if (!isWatched || now - askedMs < everyMs) return;
      askedMs = now;
      again();
    };
    const back = () => {
      if (!document.hidden) touch();
      look();
    };
    const timer = setInterval(look, everyMs / 4);
    const touches = ["pointerdown", "pointermove", "keydown", "wheel"] as const;
    for (const name of touches) addEventListener(name, touch, { passive: true });
    document.addEventListener("visibilitychange", back);
    return () => {
      clearInterval(timer);
      for (const name of touches) removeEventListener(name, touch);
      document.removeEventListener("visibilitychange", back);
    };
  }, [everyMs, again]);
}
