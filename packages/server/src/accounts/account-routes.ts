// The routes of accounts, for apps that have none of their own: /accounts.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SynclineError } from "@syncline/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { authenticate } from "../auth/authenticate.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import { sendBudget } from "../http/rate-headers.ts";
import { ERRORS } from "../http/space-routes.ts";
import type { Throttle } from "../rate/throttle.ts";
import { type Accounts, checkSignedIn, IDEMPOTENCY_HEADER, type SignedIn } from "./accounts.ts";
import { checkOrigin, cookieToken, dropCookie, keepInCookie } from "./session-cookie.ts";

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
const KeepSchema = Type.Optional(
  Type.Literal("cookie", {
    description:
      "For a site on this server's own origin: what renews the session is set as a cookie that no script reads, and not given in the answer",
  }),
);
const LoginSchema = Type.Object(
  {
    ...CredentialsSchema.properties,
    device: Type.Optional(Type.String({ maxLength: 200 })),
    keep: KeepSchema,
  },
  { additionalProperties: false },
);
const SessionSchema = Type.Object({
  account: AccountSchema,
  token: Type.String({ description: "For requests" }),
  expiresInSeconds: Type.Integer(),
  refreshToken: Type.Optional(
    Type.String({ description: "For /accounts/refresh, once; not where a cookie keeps it" }),
  ),
});
const DevicesSchema = Type.Object({
  devices: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      createdAtMs: Type.Integer(),
      seenAtMs: Type.Integer(),
      current: Type.Boolean({ description: "The one that asks" }),
    }),
  ),
});

export const accountRoutes: FastifyPluginAsyncTypebox<AccountRouteOptions> = async (
  app,
  { accounts, verifyToken, throttle },
) => {
  const signedIn = async (request: FastifyRequest) => {
    const principal = await authenticate(request, verifyToken);
    checkSignedIn(principal);
    return principal;
  };
  /** What is answered to who signed in, or renewed a session. */
  const answer = (
    { refreshToken, ...signedIn }: SignedIn,
    keep: "cookie" | undefined,
    [request, reply]: readonly [FastifyRequest, FastifyReply],
  ) => {
    if (keep === undefined) return { ...signedIn, refreshToken };
    keepInCookie(request, reply, { refreshToken, idleSeconds: accounts.idleSeconds });
    return signedIn;
  };

  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    sendBudget(reply, await throttle.address(request.ip));
    // Whoever is not let in hears so before what was sent is looked at.
    if (request.routeOptions.schema?.security !== undefined) await signedIn(request);
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
    async ({ body, headers, ip }, reply) => {
      const from = { address: ip, key: headers[IDEMPOTENCY_HEADER]?.toString() };
      const account = await accounts.register(body.email, body.password, from);
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
        body: LoginSchema,
        response: { 200: SessionSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { body, headers, ip } = request;
      if (body.keep !== undefined) checkOrigin(request);
      const from = { address: ip, device: body.device ?? headers["user-agent"] ?? "" };
      const session = await accounts.login(body.email, body.password, from);
      if (session === undefined)
        throw new SynclineError("unauthenticated", "The address or the password is wrong.");
      return answer(session, body.keep, [request, reply]);
    },
  );

  app.post(
    "/refresh",
    {
      schema: {
        operationId: "refresh",
        summary: "Renew a session: a new token, and the next token to renew it with",
        tags: ["accounts"],
        body: Type.Object(
          { refreshToken: Type.Optional(Type.String({ maxLength: 200 })), keep: KeepSchema },
          { additionalProperties: false },
        ),
        response: { 200: SessionSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { refreshToken, keep } = request.body;
      if (keep !== undefined) checkOrigin(request);
      // A token that is given is the one to go by: so a site takes up the cookie once.
      const token = refreshToken ?? (keep === undefined ? undefined : cookieToken(request));
      const session = token === undefined ? undefined : await accounts.refresh(token);
      if (session === undefined) {
        if (keep !== undefined) dropCookie(reply);
        throw new SynclineError("unauthenticated", "This session is over: sign in again.");
      }
      return answer(session, keep, [request, reply]);
    },
  );

  app.post(
    "/sign-out",
    {
      schema: {
        operationId: "endSession",
        summary: "End the session that a cookie keeps",
        tags: ["accounts"],
        response: { 204: Type.Null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      checkOrigin(request);
      const token = cookieToken(request);
      if (token !== undefined) await accounts.end(token);
      dropCookie(reply);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/password",
    {
      schema: {
        operationId: "changePassword",
        summary: "Change the password; all other devices are signed out",
        tags: ["accounts"],
        security: [{ token: [] }],
        body: Type.Object(
          {
            password: CredentialsSchema.properties.password,
            newPassword: CredentialsSchema.properties.password,
          },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = await signedIn(request);
      if (!(await accounts.changePassword(principal, request.body, { address: request.ip })))
        throw new SynclineError("forbidden", "The password is wrong.", { path: "password" });
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/devices",
    {
      schema: {
        operationId: "devices",
        summary: "Where the caller is signed in",
        tags: ["accounts"],
        security: [{ token: [] }],
        response: { 200: DevicesSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { userId, sessionId } = await signedIn(request);
      const devices = await accounts.devices(userId);
      return { devices: devices.map((one) => ({ ...one, current: one.id === sessionId })) };
    },
  );

  app.delete(
    "/devices/:id",
    {
      schema: {
        operationId: "signOut",
        summary: "Sign a device out; `current` is the one that asks",
        tags: ["accounts"],
        security: [{ token: [] }],
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
        response: { 204: Type.Null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = await signedIn(request);
      const id = request.params.id === "current" ? (sessionId ?? "") : request.params.id;
      if (!(await accounts.signOut(userId, id)))
        throw new SynclineError("not_found", "There is no such device.");
      return reply.code(204).send(null);
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
      const { userId } = await signedIn(request);
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
      await accounts.remove(await signedIn(request));
      return reply.code(204).send(null);
    },
  );
};
