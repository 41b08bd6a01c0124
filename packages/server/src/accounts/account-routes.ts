// The routes of accounts, for apps that have none of their own: /accounts.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SynclineError } from "@syncline/core";
import Type from "typebox";
import type { TokenVerifier } from "../auth/verify-token.ts";
import { authenticate } from "../http/authenticate.ts";
import { sendBudget } from "../http/rate-headers.ts";
import { ERRORS } from "../http/space-routes.ts";
import type { Throttle } from "../rate/throttle.ts";
import type { Accounts } from "./accounts.ts";

export interface AccountRouteOptions {
  readonly accounts: Accounts;
  readonly verifyToken: TokenVerifier;
  readonly throttle: Throttle;
}

const CredentialsSchema = Type.Object(
  {
    email: Type.String({ maxLength: 320 }),
    password: Type.String({ maxLength: 1_024 }),
  },
  { additionalProperties: false },
);
const AccountSchema = Type.Object({ userId: Type.String(), email: Type.String() });
const SessionSchema = Type.Object({ token: Type.String(), account: AccountSchema });

export const accountRoutes: FastifyPluginAsyncTypebox<AccountRouteOptions> = async (
  app,
  { accounts, verifyToken, throttle },
) => {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    sendBudget(reply, await throttle.address(request.ip));
  });

  app.post(
    "/register",
    {
      schema: {
        operationId: "register",
        summary: "Make an account",
        tags: ["accounts"],
        body: CredentialsSchema,
        response: { 201: AccountSchema, ...ERRORS },
      },
    },
    async ({ body }, reply) => {
      const account = await accounts.register(body.email, body.password);
      if (account === undefined)
        throw new SynclineError("conflict", "There is an account with this address.", {
          path: "email",
        });
      return reply.code(201).send(account);
    },
  );

  app.post(
    "/login",
    {
      schema: {
        operationId: "login",
        summary: "Sign in",
        tags: ["accounts"],
        body: CredentialsSchema,
        response: { 200: SessionSchema, ...ERRORS },
      },
    },
    async ({ body }) => {
      const session = await accounts.login(body.email, body.password);
      if (session === undefined)
        throw new SynclineError("unauthenticated", "The address or the password is wrong.");
      return session;
    },
  );

  app.get(
    "/me",
    {
      schema: {
        operationId: "account",
        summary: "Whose token this is",
        tags: ["accounts"],
        security: [{ token: [] }],
        response: { 200: AccountSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { userId } = await authenticate(request, verifyToken);
      const account = await accounts.find(userId);
      if (account === undefined) throw new SynclineError("unauthenticated");
      return account;
    },
  );

  app.delete(
    "/me",
    {
      schema: {
        operationId: "removeAccount",
        summary: "Remove the account and everything that is the person's own",
        tags: ["accounts"],
        security: [{ token: [] }],
        response: { 204: Type.Null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { userId } = await authenticate(request, verifyToken);
      await accounts.remove(userId);
      return reply.code(204).send(null);
    },
  );
};
