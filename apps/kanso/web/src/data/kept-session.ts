// What this browser remembers of who is signed in, and of whose data it holds.

export interface Account {
  readonly userId: string;
  readonly email: string;
}

export interface KeptSession {
  readonly account: Account;
  readonly refreshToken: string;
}

const SESSION = "kanso.session";
const OWNER = "kanso.owner";
/** Who ended the last session, where that was the server. */
const ENDED = "kanso.ended";

export function readSession(): KeptSession | undefined {
  const kept = read(SESSION);
  const account = accountIn(kept["account"]);
  const refreshToken = kept["refreshToken"];
  return account !== null && typeof refreshToken === "string"
    ? { account, refreshToken }
    : undefined;
}

export function keepSession(session: KeptSession): void {
  localStorage.setItem(SESSION, JSON.stringify(session));
  localStorage.setItem(OWNER, JSON.stringify(session.account));
  localStorage.removeItem(ENDED);
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
