// Who is signed in on this device: tokens, when to ask for new ones, and whose data it is.

import { SynclineError } from "@syncline/client";
import { AccountError, askServer } from "./account-problem.ts";
import {
  type Account,
  dropOwner,
  dropSession,
  isLeaving,
  keepSession,
  onKeptElsewhere,
  readOwner,
  readSession,
  setLeaving,
} from "./kept-session.ts";
import { nameOfDevice } from "./name-of-device.ts";
import { createSource, type Source } from "./source.ts";

export type { Account } from "./kept-session.ts";

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface Session {
  /** Null: a guest, or somebody whose session is over. */
  readonly account: Source<Account | null>;
  /** Whose data is on this device, signed in or not. Null: nobody's yet. */
  readonly owner: Source<Account | null>;
  /**
   * A token for requests.
   * @param refused one that the server does not take: another is given
   * @throws {SynclineError} `unauthenticated` for guests and where a session is over; `offline`, `unavailable`
   */
  token(refused?: string): Promise<string>;
  /**
   * @param prepare what is to be done with the token before the device counts as signed in
   * @throws {AccountError} `other` where the device holds another account's data
   */
  signIn(credentials: Credentials, prepare?: (token: string) => Promise<void>): Promise<void>;
  /** As `signIn`, with the token of a mail's link. */
  signInByMail(link: string, prepare?: (token: string) => Promise<void>): Promise<void>;
  /**
   * Makes an account.
   * @returns `mailed`: the server says by mail how to go on, and tells nobody else whether there was an account
   * @throws {AccountError}
   */
  register(credentials: Credentials): Promise<"made" | "mailed">;
  /** Forgets the session here, and tells the server where it can be reached. What is on the device stays. */
  end(): Promise<void>;
  /** Nothing of the account is on the device any more. */
  disown(): void;
}

interface SignedIn {
  readonly account: Account;
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** Tokens are renewed while they are still good for a while. */
const MARGIN_MS = 30_000;
const LOCK = "kanso.session";
/** The server keeps what renews the session in a cookie of this origin. */
const KEEP = { keep: "cookie" } as const;
/** The status of a registration that goes on by mail. */
const MAILED = 202;

export function openSession(): Session {
  const account = createSource<Account | null>(readSession()?.account ?? null);
  const owner = createSource<Account | null>(readOwner());
  let held: { readonly token: string; readonly untilMs: number } | undefined;

  /** Somebody who stays the same stays the same object. */
  function show(): void {
    const now = readSession()?.account ?? null;
    if (now?.userId !== account.getSnapshot()?.userId) {
      held = undefined;
      account.set(now);
    }
    const owns = readOwner();
    if (owns?.userId !== owner.getSnapshot()?.userId) owner.set(owns);
  }
  onKeptElsewhere(show);

  function keep({ account: person, token, expiresInSeconds }: SignedIn): string {
    keepSession(person);
    show();
    held = { token, untilMs: Date.now() + expiresInSeconds * 1_000 - MARGIN_MS };
    return token;
  }

  function forget(by: "person" | "server"): void {
    held = undefined;
    dropSession(by);
    show();
  }

  /** One tab at a time: a token to renew with is good once. */
  async function renew(): Promise<string> {
    return await navigator.locks.request(LOCK, async () => {
      const kept = readSession();
      if (kept === undefined) throw new SynclineError("unauthenticated", "Nobody is signed in.");
      const { refreshToken } = kept;
      const body = { ...KEEP, ...(refreshToken === undefined ? {} : { refreshToken }) };
      try {
        return keep(await readSignedIn(await askServer("/accounts/refresh", { body })));
      } catch (thrown) {
        throw overOrAway(thrown, () => forget("server"));
      }
    });
  }

  async function token(refused?: string): Promise<string> {
    const current = held;
    const isGood = current?.token !== refused && Date.now() < (current?.untilMs ?? 0);
    return current !== undefined && isGood ? current.token : await renew();
  }

  /** Takes the cookie back. Without a network that is done when there is one, and nobody has signed in since. */
  async function leave(): Promise<void> {
    setLeaving(true);
    try {
      await askServer("/accounts/sign-out");
      setLeaving(false);
    } catch {
      addEventListener("online", () => void (isLeaving() && leave()), { once: true });
    }
  }
  if (isLeaving()) void leave();

  async function enter(
    path: string,
    proof: object,
    prepare?: (token: string) => Promise<void>,
  ): Promise<void> {
    const body = { ...proof, ...KEEP, device: nameOfDevice(navigator) };
    const signedIn = await readSignedIn(await askServer(path, { body }));
    const owns = readOwner();
    if (owns !== null && owns.userId !== signedIn.account.userId) {
      await leave();
      throw new AccountError("other");
    }
    try {
      await prepare?.(signedIn.token);
    } catch (thrown) {
      await leave();
      throw thrown;
    }
    keep(signedIn);
  }

  return {
    account: { subscribe: account.subscribe, getSnapshot: account.getSnapshot },
    owner: { subscribe: owner.subscribe, getSnapshot: owner.getSnapshot },
    token,
    signIn: (credentials, prepare) => enter("/accounts/login", credentials, prepare),
    signInByMail: (link, prepare) => enter("/accounts/sign-in", { token: link }, prepare),
    async register(credentials) {
      const answer = await askServer("/accounts/register", { body: credentials });
      return answer.status === MAILED ? "mailed" : "made";
    },
    async end() {
      forget("person");
      await leave();
    },
    disown() {
      held = undefined;
      dropOwner();
      show();
    },
  };
}

/** A session that the server does not know any more is over; everything else may pass. */
function overOrAway(thrown: unknown, forget: () => void): SynclineError {
  if (thrown instanceof AccountError && thrown.problem === "wrong") {
    forget();
    return new SynclineError("unauthenticated", "This session is over.");
  }
  const isAway = thrown instanceof AccountError && thrown.problem === "offline";
  return isAway
    ? new SynclineError("offline", "The server was not reached.", { cause: thrown })
    : new SynclineError("unavailable", "The session could not be renewed.", { cause: thrown });
}

async function readSignedIn(answer: Response): Promise<SignedIn> {
  return (await answer.json()) as SignedIn; // as the server's page of its API says
}
