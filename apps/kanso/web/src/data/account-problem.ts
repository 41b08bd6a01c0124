// What the server says to somebody who signs in, registers or changes a password, as the app tells it on.

/**
 * `wrong`: address or password. `taken`: there is an account with this address. `email`, `password`: what is no good.
 * `busy`: too many tries. `offline`: the server was not reached. `other`: the device holds another account's data.
 * `over`: the session has ended. `link`: a mail's link was used, or its time is over. `absent`: this server does not do
 * such a thing. `failed`: the server said something else.
 */
export type AccountProblem =
  | "wrong"
  | "taken"
  | "email"
  | "password"
  | "busy"
  | "offline"
  | "other"
  | "over"
  | "link"
  | "absent"
  | "failed";

export class AccountError extends Error {
  readonly problem: AccountProblem;
  /** When to try again, where the server says so. */
  readonly retrySeconds: number | undefined;
  constructor(problem: AccountProblem, retrySeconds?: number) {
    super(problem);
    this.name = "AccountError";
    this.problem = problem;
    this.retrySeconds = retrySeconds;
  }
}

/** Calls the server about accounts. @throws {AccountError} unless the answer is a good one */
export async function askServer(
  path: string,
  { method = "POST", body, token }: { method?: string; body?: object; token?: string } = {},
): Promise<Response> {
  const answer = await fetch(path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (answer === undefined) throw new AccountError("offline");
  if (answer.ok) return answer;
  throw await problemOf(answer, token !== undefined);
}

async function problemOf(answer: Response, isSignedIn: boolean): Promise<AccountError> {
  const { status, headers } = answer;
  if (status === 404) return new AccountError("absent");
  if (status === 409) return new AccountError("taken");
  if (status === 429 || status === 503) {
    const seconds = Number(headers.get("retry-after"));
    return new AccountError("busy", seconds > 0 ? seconds : undefined);
  }
  // A proxy answers for a server that is away.
  if (status === 502 || status === 504) return new AccountError("offline");
  const path = await pathOf(answer);
  if (status === 401) {
    if (isSignedIn) return new AccountError("over");
    return new AccountError(path === "token" ? "link" : "wrong");
  }
  if (status === 403 && path === "password") return new AccountError("wrong");
  if (path === "email") return new AccountError("email");
  if (path === "password" || path === "newPassword") return new AccountError("password");
  return new AccountError("failed");
}

/** Which field the server did not like. */
async function pathOf(answer: Response): Promise<string | undefined> {
  const body: { readonly error?: { readonly path?: string } } | undefined = await answer
    .json()
    .catch(() => undefined);
  return body?.error?.path;
}
