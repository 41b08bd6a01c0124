// The routes of accounts, in the original's words; the server's own accounts are behind them.

import { isSynclineError } from "@syncline/core";
import type { Accounts, ProtocolRoute } from "@syncline/server";
import { BadBody, type Body, readBody } from "./body.ts";
import { anybody, type KansoContext, known } from "./context.ts";
import { IDEMPOTENCY_HEADER, KEY_INVALID, KEY_REUSED } from "./once.ts";
import { refusal } from "./refusal.ts";

const MIN_PASSWORD = 8;
/** What could be an address; which are good ones is said where somebody registers. */
const ADDRESS = /^[^@]+@[^@]+$/;

export function authRoutes(context: KansoContext): ProtocolRoute[] {
  const validate = known(context, "GET", "/auth/validate", async () => ({ status: "valid" }));
  const { accounts } = context;
  if (accounts === undefined) return [validate];
  return [
    validate,
    anybody("POST", "/auth/register", async (request) => {
      const key = request.header(IDEMPOTENCY_HEADER);
      const from = { address: request.address, key };
      const registered = await register(accounts, credentialsOf(readBody(request.body)), from);
      switch (registered.status) {
        case "made": {
          const { userId, email } = registered.account;
          return { status: 201, value: { id: userId, email } };
        }
        case "mailed":
          return { status: 202, value: { email: registered.email } };
        case "known":
          throw refusal(409, "email already exists");
        default:
          return registered satisfies never;
      }
    }),
    anybody("POST", "/auth/login", async (request) => {
      const { email, password } = credentialsOf(readBody(request.body));
      // As with the original: nobody can have registered with it, and it is no wrong password.
      if (!ADDRESS.test(email.trim())) throw refusal(400, "invalid email format");
      const from = { address: request.address, device: request.header("user-agent") ?? "" };
      const session = await accounts.login(email, password, from);
      if (session === undefined) throw refusal(401, "invalid credentials");
      const { token, account } = session;
      return { value: { token, user: { id: account.userId, email: account.email } } };
    }),
    known(context, "DELETE", "/auth/user", async ({ principal }) => {
      await accounts.remove(principal);
      context.views.forget(principal.userId);
      return { message: "account deleted successfully" };
    }),
  ];
}

interface Credentials {
  readonly email: string;
  readonly password: string;
}

function credentialsOf(body: Body): Credentials {
  const email = body.text("email") ?? "";
  const password = body.text("password") ?? "";
  if (email === "") throw new BadBody("email is required");
  if (password === "") throw new BadBody("password is required");
  return { email, password };
}

async function register(
  accounts: Accounts,
  { email, password }: Credentials,
  from: Parameters<Accounts["register"]>[2],
) {
  try {
    return await accounts.register(email, password, from);
  } catch (thrown) {
    if (isSynclineError(thrown, "schema")) throw refusal(422, KEY_REUSED);
    if (!isSynclineError(thrown, "invalid")) throw thrown;
    if (thrown.path === IDEMPOTENCY_HEADER) throw refusal(400, KEY_INVALID);
    if (thrown.path === "email") throw refusal(400, "invalid email format");
    const isShort = [...password].length < MIN_PASSWORD;
    throw refusal(400, isShort ? "password too short" : "password too long");
  }
}
