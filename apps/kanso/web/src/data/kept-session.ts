// What this browser remembers of who is signed in, and of whose data it holds.

export interface Account {
  readonly userId: string;
  readonly email: string;
}

export interface KeptSession {
  readonly account: Account;
  /** Of a browser that kept it here before a cookie did: it is given back for one once. */
  readonly refreshToken?: string;
}

const SESSION = "kanso.session";
const OWNER = "kanso.owner";
/** Who ended the last session, where that was the server. */
const ENDED = "kanso.ended";
/** The cookie of a session that was ended without a network is still to be taken back. */
const LEAVING = "kanso.leaving";

export function readSession(): KeptSession | undefined {
  const kept = read(SESSION);
  const account = accountIn(kept["account"]);
  const refreshToken = kept["refreshToken"];
  if (account === null) return undefined;
  return typeof refreshToken === "string" ? { account, refreshToken } : { account };
}

/** What renews the session is in a cookie, which no script reads. */
export function keepSession(account: Account): void {
  localStorage.setItem(SESSION, JSON.stringify({ account }));
  localStorage.setItem(OWNER, JSON.stringify(account));
  localStorage.removeItem(ENDED);
  localStorage.removeItem(LEAVING);
}

export function isLeaving(): boolean {
  return localStorage.getItem(LEAVING) !== null;
}

export function setLeaving(leaving: boolean): void {
  if (leaving) localStorage.setItem(LEAVING, "1");
  else localStorage.removeItem(LEAVING);
}

/** What is on the device stays its owner's. */
export function dropSession(by: "person" | "server"): void {
  if (by === "server") localStorage.setItem(ENDED, by);
  else localStorage.removeItem(ENDED);
  localStorage.removeItem(SESSION);
}

/** Whether the last session was ended by the server, and not here. */
export function wasEndedByServer(): boolean {
  return localStorage.getItem(ENDED) !== null;
}

/** Whose data is on this device, signed in or not; null where it is nobody's yet. */
export function readOwner(): Account | null {
  return accountIn(read(OWNER)) ?? readSession()?.account ?? null;
}

/** The owner's data is gone from the device. */
export function dropOwner(): void {
  dropSession("person");
  localStorage.removeItem(OWNER);
}

/** Another tab has signed in or out. */
export function onKeptElsewhere(listener: () => void): void {
  addEventListener("storage", ({ key }) => {
    if (key === SESSION || key === OWNER || key === null) listener();
  });
}

function read(key: string): { readonly [name: string]: unknown } {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {}; // what is not ours is nothing
  }
}

function accountIn(kept: unknown): Account | null {
  if (typeof kept !== "object" || kept === null) return null;
  const { userId, email } = kept as { readonly userId?: unknown; readonly email?: unknown }; // any object
  return typeof userId === "string" && typeof email === "string" ? { userId, email } : null;
}
