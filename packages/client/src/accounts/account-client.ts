// The calls of a server's accounts: what is sent and what comes back, with the server's errors as SynclineErrors.

import { errorFromBody, SynclineError } from "@syncline/core";
import { systemEnvironment } from "../environment.ts";
import { isErrorResponse } from "../transport/shapes.ts";

export interface AccountClientOptions {
  /** Where the server is: `https://sync.example.com`. */
  readonly url: string;
  /** How long a call may take; 30 s where left out. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

export interface Account {
  readonly userId: string;
  readonly email: string;
}

export interface Session {
  readonly account: Account;
  /** For requests: what the client's `token` gives. */
  readonly token: string;
  readonly expiresInSeconds: number;
  /** For the next renewal, once; none where a cookie keeps it. */
  readonly refreshToken?: string;
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  /** The one that asks. */
  readonly current: boolean;
}

/** `mailed`: the server sends mails, and says by mail how to go on; nobody else learns whether there was an account. */
export type Registered =
  | { readonly status: "made"; readonly account: Account }
  | { readonly status: "mailed"; readonly email: string };

export type MailPurpose = "verify" | "reset" | "sign-in";

export interface SignInOptions {
  /** What the device calls itself in the owner's list. */
  readonly device?: string;
  /** For a site on the server's own origin: a cookie keeps the session, and no script reads it. */
  readonly keep?: "cookie";
}

export interface AccountClient {
  /** @throws {SynclineError} `conflict` where the server sends no mail and the address has an account */
  register(email: string, password: string): Promise<Registered>;
  /** @throws {SynclineError} `unauthenticated` for a wrong password and an unknown address alike */
  signIn(email: string, password: string, options?: SignInOptions): Promise<Session>;
  /** @param refreshToken the last one that was given; left out where a cookie keeps it */
  refresh(refreshToken?: string): Promise<Session>;
  /** When addresses must be verified; undefined where the server sends no mail. */
  mailing(): Promise<{ readonly verification: "required" | "later" } | undefined>;
  /** Asks for a mail. What comes back is the same whether or not there is an account. */
  askMail(purpose: MailPurpose, email: string): Promise<void>;
  /**
   * With the token of a mail, once.
   * @throws {SynclineError} `unauthenticated` when it was used, or its time is over
   */
  verify(token: string): Promise<Account>;
  /** With the token of a mail, once; all devices are signed out. */
  resetPassword(token: string, newPassword: string): Promise<void>;
  /** With the token of a mail, once. */
  signInByMail(token: string, options?: SignInOptions): Promise<Session>;
  /** By whom one can sign in; nobody where the server has no providers. */
  providers(): Promise<readonly { readonly name: string; readonly title: string }[]>;
  /** Begins: keep `flow` in the tab (`sessionStorage`), and send the person to `url`. */
  startProvider(name: string): Promise<{ readonly url: string; readonly flow: string }>;
  /**
   * Signs in with what the provider sent the person back with.
   * @param search of the page: `location.search`
   * @throws {SynclineError} `unauthenticated` when it is no answer to this flow; `forbidden` when the provider does not
   *   say that the address is verified
   */
  finishProvider(flow: string, search: string, options?: SignInOptions): Promise<Session>;
  /** @param token of a session, here and below */
  me(token: string): Promise<Account>;
  changePassword(
    token: string,
    change: { readonly password: string; readonly newPassword: string },
  ): Promise<void>;
  devices(token: string): Promise<readonly Device[]>;
  /** @param id of a device; the one that asks where left out */
  signOut(token: string, id?: string): Promise<void>;
  /** Removes the account, and everything that is the person's own. */
  remove(token: string): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

interface Call {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly body?: object;
  readonly token?: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The calls of a server's accounts.
 *
 * @throws {SynclineError} with the server's code; `offline` when it cannot be reached
 */
export function createAccountClient(options: AccountClientOptions): AccountClient {
  const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const base = `${options.url.replace(/\/+$/, "")}/accounts`;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const { setTimer } = systemEnvironment();

  async function call(path: string, { method = "POST", body, token }: Call): Promise<Answer> {
    const late = new AbortController();
    const stop = setTimer(() => late.abort(), timeoutMs);
    try {
      const response = await send(base + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        credentials: "same-origin",
        redirect: "manual",
        signal: late.signal,
      });
      return { status: response.status, body: parsed(await response.text()) };
    } catch (cause) {
      throw new SynclineError("offline", `Can't reach the server at ${options.url}.`, { cause });
    } finally {
      stop();
    }
  }

  async function ask(path: string, how: Call): Promise<Answer> {
    const answer = await call(path, how);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (isErrorResponse(answer.body)) throw errorFromBody(answer.body.error);
    throw noAnswer();
  }

  const session = async (path: string, body: object) => {
    const answer = await ask(path, { body });
    return checked(answer.body, isSession);
  };
  const account = async (path: string, how: Call) => {
    const answer = await ask(path, how);
    return checked(answer.body, isAccount);
  };

  return {
    async register(email, password) {
      const { status, body } = await ask("/register", { body: { email, password } });
      if (status === 201) return { status: "made", account: checked(body, isAccount) };
      return { status: "mailed", email: checked(body, hasEmail).email };
    },
    signIn: (email, password, how = {}) => session("/login", { email, password, ...how }),
    refresh: (refreshToken) =>
      session("/refresh", refreshToken === undefined ? { keep: "cookie" } : { refreshToken }),
    async mailing() {
      const { status, body } = await call("/mail", { method: "GET" });
      if (status === 404) return undefined;
      return { verification: checked(body, hasVerification).verification };
    },
    async askMail(purpose, email) {
      await ask("/mail", { body: { purpose, email } });
    },
    verify: (token) => account("/verify", { body: { token } }),
    async resetPassword(token, newPassword) {
      await ask("/reset", { body: { token, newPassword } });
    },
    signInByMail: (token, how = {}) => session("/sign-in", { token, ...how }),
    async providers() {
      const { status, body } = await call("/providers", { method: "GET" });
      return status === 404 ? [] : checked(body, hasProviders).providers;
    },
    async startProvider(provider) {
      const { body } = await ask("/providers/start", { body: { provider } });
      const { url, flow } = checked(body, isDeparture);
      return { url, flow };
    },
    finishProvider: (flow, search, how = {}) =>
      session("/providers/finish", { flow, search, ...how }),
    me: (token) => account("/me", { method: "GET", token }),
    async changePassword(token, change) {
      await ask("/password", { body: change, token });
    },
    async devices(token) {
      const { body } = await ask("/devices", { method: "GET", token });
      return checked(body, hasDevices).devices;
    },
    async signOut(token, id = "current") {
      await ask(`/devices/${encodeURIComponent(id)}`, { method: "DELETE", token });
    },
    async remove(token) {
      await ask("/me", { method: "DELETE", token });
    },
  };
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined; // a page of some proxy, which is no answer of the server
  }
}

function checked<Value>(value: unknown, is: (value: unknown) => value is Value): Value {
  if (is(value)) return value;
  throw noAnswer();
}

const textIn = (value: unknown, name: string): string | undefined => {
  const found: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "string" ? found : undefined;
};
const hasEmail = (value: unknown): value is { readonly email: string } =>
  textIn(value, "email") !== undefined;
const isAccount = (value: unknown): value is Account =>
  hasEmail(value) && textIn(value, "userId") !== undefined;
const isSession = (value: unknown): value is Session =>
  textIn(value, "token") !== undefined &&
  isAccount(Reflect.get(Object(value), "account")) &&
  typeof Reflect.get(Object(value), "expiresInSeconds") === "number";
const hasDevices = (value: unknown): value is { readonly devices: readonly Device[] } =>
  Array.isArray(Reflect.get(Object(value), "devices"));
const hasProviders = (
  value: unknown,
): value is { readonly providers: readonly { readonly name: string; readonly title: string }[] } =>
  Array.isArray(Reflect.get(Object(value), "providers"));
const isDeparture = (value: unknown): value is { readonly url: string; readonly flow: string } =>
  textIn(value, "url") !== undefined && textIn(value, "flow") !== undefined;
const hasVerification = (
  value: unknown,
): value is { readonly verification: "required" | "later" } =>
  ["required", "later"].includes(textIn(value, "verification") ?? "");

function noAnswer(): SynclineError {
  return new SynclineError("offline", "What came back is no answer of a Syncline server.");
}
