// The routes of what is done by mail, where the server sends mails.

import { SynclineError } from "@syncline/core";
import Type from "typebox";
import { ERRORS } from "../http/space-routes.ts";
import { defineRoute, jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import type { ByMail } from "./by-mail.ts";
import {
  AccountSchema,
  CredentialsSchema,
  DeviceSchema,
  KeepSchema,
  SessionSchema,
  sessionAnswer,
} from "./session-answer.ts";
import { checkOrigin } from "./session-cookie.ts";

const TokenSchema = Type.String({ maxLength: 200, description: "Of the mail" });
const { email, password } = CredentialsSchema.properties;

export function mailRoutes(
  byMail: ByMail,
  { idleSeconds }: { readonly idleSeconds: number },
): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/accounts/mail",
      open: true,
      schema: {
        operationId: "mailing",
        summary: "That this server sends mails, and when an address must be verified",
        tags: ["accounts"],
        response: {
          200: Type.Object({
            verification: Type.Union([Type.Literal("required"), Type.Literal("later")]),
          }),
          ...ERRORS,
        },
      },
      handle: () => jsonAnswer({ verification: byMail.verification }),
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/mail",
      open: true,
      schema: {
        operationId: "askMail",
        summary: "Be sent a mail to verify the address, choose a new password, or sign in",
        description: "The answer is the same whether or not there is an account.",
        tags: ["accounts"],
        body: Type.Object(
          {
            email,
            purpose: Type.Union([
              Type.Literal("verify"),
              Type.Literal("reset"),
              Type.Literal("sign-in"),
            ]),
          },
          { additionalProperties: false },
        ),
        response: { 202: Type.Object({}), ...ERRORS },
      },
      async handle({ body, address }) {
        await byMail.ask(body.purpose, body.email, { address });
        return jsonAnswer({}, 202);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/verify",
      open: true,
      schema: {
        operationId: "verifyAddress",
        summary: "Verify an address with the token of a mail",
        tags: ["accounts"],
        body: Type.Object({ token: TokenSchema }, { additionalProperties: false }),
        response: { 200: AccountSchema, ...ERRORS },
      },
      async handle({ body }) {
        const account = await byMail.verify(body.token);
        if (account === undefined) throw over();
        return jsonAnswer(account);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/reset",
      open: true,
      schema: {
        operationId: "resetPassword",
        summary: "Choose a new password with the token of a mail; all devices are signed out",
        tags: ["accounts"],
        body: Type.Object(
          { token: TokenSchema, newPassword: password },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ body, address }) {
        const userId = await byMail.reset(body.token, body.newPassword, { address });
        if (userId === undefined) throw over();
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/sign-in",
      open: true,
      schema: {
        operationId: "signInByMail",
        summary: "Sign in with the token of a mail",
        tags: ["accounts"],
        body: Type.Object(
          { token: TokenSchema, device: DeviceSchema, keep: KeepSchema },
          { additionalProperties: false },
        ),
        response: { 200: SessionSchema, ...ERRORS },
      },
      async handle(call) {
        const { token, device, keep } = call.body;
        if (keep !== undefined) checkOrigin(call);
        const name = device ?? call.header("user-agent") ?? "";
        const session = await byMail.signIn(token, name);
        if (session === undefined) throw over();
        return sessionAnswer(session, keep, { call, idleSeconds });
      },
    }),
  ];
}

function over(): SynclineError {
  return new SynclineError(
    "unauthenticated",
    "This mail is good no more: it was used, or its time is over. Ask for another one.",
    { path: "token" },
  );
}
