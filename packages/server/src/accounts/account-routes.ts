// The routes of accounts, for apps that have none of their own: /accounts.

import { SynclineError } from "@syncline/core";
import Type from "typebox";
import { errorAnswer } from "../http/error-answer.ts";
import { ERRORS } from "../http/space-routes.ts";
import { defineRoute, jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import { type Accounts, IDEMPOTENCY_HEADER } from "./accounts.ts";
import { mailRoutes } from "./mail-routes.ts";
import { oidcRoutes } from "./oidc-routes.ts";
import { passkeyRoutes } from "./passkey-routes.ts";
import {
  AccountSchema,
  CredentialsSchema,
  DeviceSchema,
  KeepSchema,
  SessionSchema,
  sessionAnswer,
} from "./session-answer.ts";
import { checkOrigin, cookieToken, DROPPED_COOKIE } from "./session-cookie.ts";

const LoginSchema = Type.Object(
  {
    ...CredentialsSchema.properties,
    device: DeviceSchema,
    keep: KeepSchema,
  },
  { additionalProperties: false },
);
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

const TOKEN = [{ token: [] }];

export function accountRoutes(accounts: Accounts): Route[] {
  const { byMail, oidc, passkeys, idleSeconds } = accounts;
  return [
    ...signingIn(accounts),
    ...ofOneself(accounts),
    ...(byMail === undefined ? [] : mailRoutes(byMail, { idleSeconds })),
    ...(oidc === undefined ? [] : oidcRoutes(oidc, { idleSeconds })),
    ...(passkeys === undefined ? [] : passkeyRoutes(passkeys, { idleSeconds })),
  ];
}

/** For who has no token yet, or none any more. */
function signingIn(accounts: Accounts): Route[] {
  const { idleSeconds } = accounts;
  return [
    defineRoute({
      method: "POST",
      path: "/accounts/register",
      open: true,
      schema: {
        operationId: "register",
        summary: "Make an account",
        tags: ["accounts"],
        body: CredentialsSchema,
        response: {
          201: AccountSchema,
          202: Type.Object({ email: Type.String() }, { description: "A mail says how to go on" }),
          ...ERRORS,
        },
      },
      async handle({ body, address, header }) {
        const from = { address, key: header(IDEMPOTENCY_HEADER) };
        const registered = await accounts.register(body.email, body.password, from);
        switch (registered.status) {
          case "made":
            return jsonAnswer(registered.account, 201);
          case "mailed":
            return jsonAnswer({ email: registered.email }, 202);
          case "known":
            throw new SynclineError("conflict", "There is an account with this address.", {
              path: "email",
            });
          default:
            return registered satisfies never;
        }
      },
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/login",
      open: true,
      schema: {
        operationId: "login",
        summary: "Sign in",
        tags: ["accounts"],
        body: LoginSchema,
        response: { 200: SessionSchema, ...ERRORS },
      },
      async handle(call) {
        const { body, address } = call;
        if (body.keep !== undefined) checkOrigin(call);
        const from = { address, device: body.device ?? call.header("user-agent") ?? "" };
        const session = await accounts.login(body.email, body.password, from);
        if (session === undefined)
          throw new SynclineError("unauthenticated", "The address or the password is wrong.");
        return sessionAnswer(session, body.keep, { call, idleSeconds });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/refresh",
      open: true,
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
      async handle(call) {
        const { refreshToken, keep } = call.body;
        if (keep !== undefined) checkOrigin(call);
        // A token that is given is the one to go by: so a site takes up the cookie once.
        const token = refreshToken ?? (keep === undefined ? undefined : cookieToken(call));
        const session = token === undefined ? undefined : await accounts.refresh(token);
        if (session !== undefined) return sessionAnswer(session, keep, { call, idleSeconds });
        const over = new SynclineError("unauthenticated", "This session is over: sign in again.");
        if (keep === undefined) throw over;
        const refusal = errorAnswer(over, call.id);
        return { ...refusal, headers: { ...refusal.headers, ...DROPPED_COOKIE } };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/sign-out",
      open: true,
      schema: {
        operationId: "endSession",
        summary: "End the session that a cookie keeps",
        tags: ["accounts"],
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle(call) {
        checkOrigin(call);
        const token = cookieToken(call);
        if (token !== undefined) await accounts.end(token);
        return { status: 204, headers: DROPPED_COOKIE };
      },
    }),
  ];
}

/** For who is signed in. */
function ofOneself(accounts: Accounts): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/accounts/password",
      schema: {
        operationId: "changePassword",
        summary: "Change the password; all other devices are signed out",
        tags: ["accounts"],
        security: TOKEN,
        body: Type.Object(
          {
            password: CredentialsSchema.properties.password,
            newPassword: CredentialsSchema.properties.password,
          },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ principal, body, address }) {
        if (!(await accounts.changePassword(principal, body, { address })))
          throw new SynclineError("forbidden", "The password is wrong.", { path: "password" });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/accounts/devices",
      schema: {
        operationId: "devices",
        summary: "Where the caller is signed in",
        tags: ["accounts"],
        security: TOKEN,
        response: { 200: DevicesSchema, ...ERRORS },
      },
      async handle({ principal: { userId, sessionId } }) {
        const devices = await accounts.devices(userId);
        return jsonAnswer({
          devices: devices.map((one) => ({ ...one, current: one.id === sessionId })),
        });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/accounts/devices/:id",
      schema: {
        operationId: "signOut",
        summary: "Sign a device out; `current` is the one that asks",
        tags: ["accounts"],
        security: TOKEN,
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ principal: { userId, sessionId = "" }, params: { id } }) {
        if (!(await accounts.signOut(userId, id === "current" ? sessionId : id)))
          throw new SynclineError("not_found", "There is no such device.");
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/accounts/me",
      schema: {
        operationId: "account",
        summary: "Whose token this is",
        tags: ["accounts"],
        security: TOKEN,
        response: { 200: AccountSchema, ...ERRORS },
      },
      async handle({ principal: { userId } }) {
        const account = await accounts.find(userId);
        if (account === undefined) throw new SynclineError("unauthenticated");
        return jsonAnswer(account);
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/accounts/me",
      schema: {
        operationId: "removeAccount",
        summary: "Remove the account and everything that is the person's own",
        tags: ["accounts"],
        security: TOKEN,
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ principal }) {
        await accounts.remove(principal);
        return { status: 204 };
      },
    }),
  ];
}
