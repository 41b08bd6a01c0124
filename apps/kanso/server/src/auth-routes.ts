// The routes of accounts, in the original's words; the server's own accounts are behind them.

import { isSynclineError } from "@syncline/core";
import type { Accounts } from "@syncline/server";
import type { FastifyInstance } from "fastify";
import { BadBody, type Body, readBody } from "./body.ts";
import { type KansoContext, known } from "./context.ts";
import { IDEMPOTENCY_HEADER, KEY_INVALID, KEY_REUSED } from "./once.ts";
import { refusal } from "./refusal.ts";

const MIN_PASSWORD = 8;

export function authRoutes(app: FastifyInstance, context: KansoContext): void {
  app.get(
    "/auth/validate",
    known(context, async () => ({ status: "valid" })),
  );
  const { accounts } = context;
  if (accounts === undefined) return;

  app.post("/auth/register", async (request, reply) => {
    const body = readBody(request.body);
    const key = request.headers[IDEMPOTENCY_HEADER]?.toString();
    const account = await register(accounts, credentialsOf(body), { address: request.ip, key });
    if (account === undefined) throw refusal(409, "email already exists");
    return reply.code(201).send({ id: account.userId, email: account.email });
  });

  app.post("/auth/login", async (request) => {
    const { email, password } = credentialsOf(readBody(request.body));
    const device = request.headers["user-agent"] ?? "";
    const session = await accounts.login(email, password, { address: request.ip, device });
    if (session === undefined) throw refusal(401, "invalid credentials");
    const { token, account } = session;
    return { token, user: { id: account.userId, email: account.email } };
  });

  app.delete(
    "/auth/user",
    known(context, async ({ principal }) => {
      await accounts.remove(principal);
      context.views.forget(principal.userId);
      return { message: "account deleted successfully" };
    }),
  );
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
