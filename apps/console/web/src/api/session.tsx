// Who is at the console: the admin key, kept in this tab alone and gone with it, and what it may do.

import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { type Api, ApiError, createApi } from "./client.ts";
import type { AreaName, OwnKey } from "./wire.ts";

export interface Session {
  readonly api: Api;
  readonly key: OwnKey;
  mayRead(area: AreaName): boolean;
  mayWrite(area: AreaName): boolean;
  signOut(): void;
}

const KEPT = "syncline.console.key";
/** As `syncline keys create` shows it. What looks otherwise is not even sent. */
const KEY = /^sk_[A-Za-z0-9+/]{43}$/;

const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("Nobody is signed in here.");
  return session;
}

export function SessionProvider(props: { readonly value: Session; readonly children: ReactNode }) {
  return <SessionContext value={props.value}>{props.children}</SessionContext>;
}

export interface Door {
  readonly session: Session | undefined;
  /** Why nobody is signed in any more, or could be. */
  readonly said: string | undefined;
  /** @throws {ApiError} why the key is not taken */
  signIn(text: string): Promise<void>;
}

/** The key of this tab, if it was typed in before. */
export function keptKey(): string | undefined {
  return sessionStorage.getItem(KEPT) ?? undefined;
}

export function useDoor(): Door {
  const [open, setOpen] = useState<{ readonly text: string; readonly key: OwnKey }>();
  const [said, setSaid] = useState<string>();
  const session = useMemo<Session | undefined>(() => {
    if (open === undefined) return undefined;
    const { text, key } = open;
    const leave = (why?: string) => {
      sessionStorage.removeItem(KEPT);
      setSaid(why);
      setOpen(undefined);
    };
    const gone = () =>
      leave("This key is good no more: it was revoked, or its time is over. Sign in with another.");
    return {
      api: createApi(text, gone),
      key,
      mayRead: (area) => key.areas[area] !== "none",
      mayWrite: (area) => key.areas[area] === "write",
      signOut: () => leave(),
    };
  }, [open]);
  return {
    session,
    said,
    async signIn(given) {
      const text = given.trim();
      if (!KEY.test(text))
        throw new ApiError(
          "invalid",
          "This is no key: keys begin with sk_ and have 46 characters.",
          0,
        );
      const key = await createApi(text, () => undefined)
        .get<OwnKey>("key")
        .catch((thrown: unknown) => {
          if (!(thrown instanceof ApiError)) throw thrown;
          if (thrown.status !== 404) throw thrown;
          sessionStorage.removeItem(KEPT);
          throw new ApiError(
            "not_found",
            "No admin key of this server: it was revoked, its time is over, or it is a key of another kind.",
            404,
          );
        });
      sessionStorage.setItem(KEPT, text);
      setSaid(undefined);
      setOpen({ text, key });
    },
  };
}
