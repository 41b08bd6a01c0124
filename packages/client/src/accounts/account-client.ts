// The calls of a server's accounts: register, sign in, mails, providers, devices.

import {
  type Account,
  type AccountClientOptions,
  type Call,
  checked,
  createCalls,
  isAccount,
  type Session,
  type SignInOptions,
  textIn,
} from "./calls.ts";

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

/**
 * The calls of a server's accounts.
 *
 * @throws {SynclineError} with the server's code; `offline` when it cannot be reached
 */
export function createAccountClient(options: AccountClientOptions): AccountClient {
  const { call, ask, session } = createCalls(options);
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

const hasEmail = (value: unknown): value is { readonly email: string } =>
  textIn(value, "email") !== undefined;
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
