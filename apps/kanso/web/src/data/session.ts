// Who is signed in on this device: tokens, and when to ask for new ones.

import { SynclineError } from "@syncline/client";
import { createSource, type Source } from "./source.ts";

export interface Account {
  readonly userId: string;
  readonly email: string;
}

export interface Session {
  /** Null: a guest. */
  readonly account: Source<Account | null>;
  /** A token for requests. @throws {SynclineError} `unauthenticated` for guests and where a session is over */
  token(): Promise<string>;
  /** @throws {AccountError} */
  signIn(email: string, password: string): Promise<void>;
  /** Makes an account, and signs in with it. @throws {AccountError} */
  register(email: string, password: string): Promise<void>;
  /** Forgets the session here, and tells the server where it can be reached. What is on the device stays. */
  end(): Promise<void>;
}

/** What the server says to an attempt to sign in or to register; `offline` where it says nothing. */
export type AccountProblem = "wrong" | "taken" | "invalid" | "busy" | "offline";

export class AccountError extends Error {
  readonly problem: AccountProblem;
  constructor(problem: AccountProblem) {
    super(problem);
    this.name = "AccountError";
    this.problem = problem;
  }
}

interface Kept {
  readonly account: Account;
  readonly refreshToken: string;
}

interface SignedIn extends Kept {
  readonly token: string;
  readonly expiresInSeconds: number;
}

const KEY = "kanso.session";
/** Tokens are renewed while they are still good for a while. */
const MARGIN_MS = 30_000;

export function openSession(): Session {
  const account = createSource<Account | null>(readKept()?.account ?? null);
  let held: { readonly token: string; readonly untilMs: number } | undefined;

  addEventListener("storage", ({ key }) => {
    if (key !== KEY && key !== null) return;
    const kept = readKept();
    if (kept?.account.userId !== account.getSnapshot()?.userId) held = undefined;
    account.set(kept?.account ?? null);
  });

  function keep(signedIn: SignedIn): string {
    const { account: person, refreshToken, token, expiresInSeconds } = signedIn;
    localStorage.setItem(KEY, JSON.stringify({ account: person, refreshToken } satisfies Kept));
    held = { token, untilMs: Date.now() + expiresInSeconds * 1_000 - MARGIN_MS };
    account.set(person);
    return token;
  }

  function forget(): void {
    held = undefined;
    localStorage.removeItem(KEY);
    account.set(null);
  }

  /** One tab at a time: a token to renew with is good once. */
  async function renew(): Promise<string> {
    return await navigator.locks.request("kanso.session", async () => {
      const kept = readKept();
      if (kept === undefined) throw new SynclineError("unauthenticated", "Nobody is signed in.");
      const { refreshToken } = kept;
      const answer = await post("/accounts/refresh", { refreshToken });
      if (answer.status === 401) {
        forget();
        throw new SynclineError("unauthenticated", "This session is over.");
      }
      if (!answer.ok) throw new SynclineError("unavailable", "The session could not be renewed.");
      return keep(await readSignedIn(answer));
    });
  }

  async function signIn(email: string, password: string): Promise<void> {
    keep(await readSignedIn(await ask("/accounts/login", { email, password })));
  }

  return {
    account: { subscribe: account.subscribe, getSnapshot: account.getSnapshot },
    async token() {
      return held !== undefined && Date.now() < held.untilMs ? held.token : await renew();
    },
    signIn,
    async register(email, password) {
      await ask("/accounts/register", { email, password });
      await signIn(email, password);
    },
    async end() {
      const token = held?.token;
      forget();
      if (token === undefined) return;
      const headers = { authorization: `Bearer ${token}` };
      // Without a network the server hears of it when the session is not used any more.
      await fetch("/accounts/devices/current", { method: "DELETE", headers }).catch(() => null);
    },
  };
}

async function post(path: string, body: object): Promise<Response> {
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new SynclineError("offline", "The server was not reached.", { cause });
  }
}

/** @throws {AccountError} */
async function ask(path: string, body: object): Promise<Response> {
  const answer = await post(path, body).catch(() => undefined);
  if (answer === undefined) throw new AccountError("offline");
  if (answer.ok) return answer;
  if (answer.status === 401) throw new AccountError("wrong");
  if (answer.status === 409) throw new AccountError("taken");
  throw new AccountError(answer.status < 429 ? "invalid" : "busy");
}

async function readSignedIn(answer: Response): Promise<SignedIn> {
  return (await answer.json()) as SignedIn; // as the server's page of its API says
}

function readKept(): Kept | undefined {
  try {
    const kept: Kept | null = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return typeof kept?.refreshToken === "string" && typeof kept.account?.userId === "string"
      ? kept
      : undefined;
  } catch {
    return undefined; // what is not ours is no session
  }
}
