// What a call of a server's accounts is: what is sent and what comes back, with the server's errors as SynclineErrors.

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

export interface SignInOptions {
  /** What the device calls itself in the owner's list. */
  readonly device?: string;
  /** For a site on the server's own origin: a cookie keeps the session, and no script reads it. */
  readonly keep?: "cookie";
}

const DEFAULT_TIMEOUT_MS = 30_000;

export interface Call {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: object;
  readonly token?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Calls {
  /** Whatever is answered. */
  call(path: string, how: Call): Promise<Answer>;
  /** What is answered where it went well. */
  ask(path: string, how: Call): Promise<Answer>;
  /** A session that was opened or renewed. */
  session(path: string, body: object): Promise<Session>;
}

/** @throws {SynclineError} with the server's code; `offline` when it cannot be reached */
export function createCalls(options: AccountClientOptions): Calls {
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

  return {
    call,
    ask,
    session: async (path, body) => checked((await ask(path, { body })).body, isSession),
  };
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined; // a page of some proxy, which is no answer of the server
  }
}

export function checked<Value>(value: unknown, is: (value: unknown) => value is Value): Value {
  if (is(value)) return value;
  throw noAnswer();
}

export const textIn = (value: unknown, name: string): string | undefined => {
  const found: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "string" ? found : undefined;
};
export const isAccount = (value: unknown): value is Account =>
  textIn(value, "email") !== undefined && textIn(value, "userId") !== undefined;
const isSession = (value: unknown): value is Session =>
  textIn(value, "token") !== undefined &&
  isAccount(Reflect.get(Object(value), "account")) &&
  typeof Reflect.get(Object(value), "expiresInSeconds") === "number";

function noAnswer(): SynclineError {
  return new SynclineError("offline", "What came back is no answer of a Syncline server.");
}
