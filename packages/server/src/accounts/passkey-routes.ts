// The routes of passkeys, where the server takes any.

import { SynclineError } from "@syncline/core";
import Type from "typebox";
import { ERRORS } from "../http/space-routes.ts";
import { defineRoute, jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import type { Passkeys } from "./passkeys.ts";
import {
  CredentialsSchema,
  DeviceSchema,
  KeepSchema,
  SessionSchema,
  sessionAnswer,
} from "./session-answer.ts";
import { checkOrigin } from "./session-cookie.ts";

const base64 = (maxLength: number) => Type.String({ maxLength, pattern: "^[A-Za-z0-9_-]*$" });
/** A device's id has at most 1,023 bytes. */
const CredentialId = base64(1_364);
const common = { id: CredentialId, rawId: CredentialId, type: Type.Literal("public-key") };
// Browsers say more than what is looked at.
const NewCredentialSchema = Type.Object({
  ...common,
  response: Type.Object({
    clientDataJSON: base64(8_192),
    attestationObject: base64(16_384),
    transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 })),
  }),
});
const SignedCredentialSchema = Type.Object({
  ...common,
  response: Type.Object({
    clientDataJSON: base64(8_192),
    authenticatorData: base64(8_192),
    signature: base64(2_048),
    userHandle: Type.Optional(base64(128)),
  }),
});
const PasskeySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAtMs: Type.Integer(),
  usedAtMs: Type.Union([Type.Integer(), Type.Null()]),
});
const OptionsSchema = Type.Object({
  options: Type.Unknown({ description: "For the browser: `PublicKeyCredential.parse…FromJSON`" }),
});
const NameSchema = Type.String({ maxLength: 200 });
const IdSchema = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

const TOKEN = [{ token: [] }];

export function passkeyRoutes(
  passkeys: Passkeys,
  { idleSeconds }: { readonly idleSeconds: number },
): Route[] {
  return [
    ...ofOneself(passkeys),
    defineRoute({
      method: "GET",
      path: "/accounts/passkeys/sign-in",
      open: true,
      schema: {
        operationId: "passkeyDomain",
        summary: "That one can sign in with a passkey, and the domain that it is for",
        tags: ["accounts"],
        response: { 200: Type.Object({ rpId: Type.String() }), ...ERRORS },
      },
      handle: () => jsonAnswer({ rpId: passkeys.rpId }),
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/passkeys/sign-in/start",
      open: true,
      schema: {
        operationId: "startPasskeySignIn",
        summary: "Begin to sign in with a passkey",
        tags: ["accounts"],
        response: { 200: OptionsSchema, ...ERRORS },
      },
      handle: async ({ address }) =>
        jsonAnswer({ options: await passkeys.startSignIn({ address }) }),
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/passkeys/sign-in",
      open: true,
      schema: {
        operationId: "signInByPasskey",
        summary: "Sign in with what a passkey signed",
        tags: ["accounts"],
        body: Type.Object(
          { credential: SignedCredentialSchema, device: DeviceSchema, keep: KeepSchema },
          { additionalProperties: false },
        ),
        response: { 200: SessionSchema, ...ERRORS },
      },
      async handle(call) {
        const { credential, device, keep } = call.body;
        if (keep !== undefined) checkOrigin(call);
        const name = device ?? call.header("user-agent") ?? "";
        const from = { address: call.address, device: name };
        const session = await passkeys.signIn(credential, from);
        if (session === undefined)
          throw new SynclineError("unauthenticated", "This passkey was not accepted.");
        return sessionAnswer(session, keep, { call, idleSeconds });
      },
    }),
  ];
}

/** For who is signed in. */
function ofOneself(passkeys: Passkeys): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/accounts/passkeys",
      schema: {
        operationId: "passkeys",
        summary: "The caller's passkeys",
        tags: ["accounts"],
        security: TOKEN,
        response: { 200: Type.Object({ passkeys: Type.Array(PasskeySchema) }), ...ERRORS },
      },
      handle: async ({ principal: { userId } }) =>
        jsonAnswer({ passkeys: await passkeys.list(userId) }),
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/passkeys/start",
      schema: {
        operationId: "startPasskey",
        summary: "Begin to add a passkey; an account that has a password asks for it",
        tags: ["accounts"],
        security: TOKEN,
        body: Type.Object(
          { password: Type.Optional(CredentialsSchema.properties.password) },
          { additionalProperties: false },
        ),
        response: { 200: OptionsSchema, ...ERRORS },
      },
      handle: async ({ principal, body, address }) =>
        jsonAnswer({ options: await passkeys.startAdding(principal, body.password, { address }) }),
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/passkeys",
      schema: {
        operationId: "addPasskey",
        summary: "Add the passkey that the browser made",
        tags: ["accounts"],
        security: TOKEN,
        body: Type.Object(
          { credential: NewCredentialSchema, name: Type.Optional(NameSchema) },
          { additionalProperties: false },
        ),
        response: { 201: PasskeySchema, ...ERRORS },
      },
      async handle({ principal, body, header }) {
        const name = body.name ?? header("user-agent") ?? "";
        return jsonAnswer(await passkeys.add(principal, body.credential, name), 201);
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/accounts/passkeys/:id",
      schema: {
        operationId: "renamePasskey",
        summary: "Give a passkey another name",
        tags: ["accounts"],
        security: TOKEN,
        params: IdSchema,
        body: Type.Object({ name: NameSchema }, { additionalProperties: false }),
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ principal: { userId }, params: { id }, body }) {
        if (!(await passkeys.rename(userId, id, body.name))) throw missing();
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/accounts/passkeys/:id",
      schema: {
        operationId: "removePasskey",
        summary: "Remove a passkey, where there is another way to sign in",
        tags: ["accounts"],
        security: TOKEN,
        params: IdSchema,
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ principal: { userId }, params: { id } }) {
        if (!(await passkeys.remove(userId, id))) throw missing();
        return { status: 204 };
      },
    }),
  ];
}

function missing(): SynclineError {
  return new SynclineError("not_found", "There is no such passkey.");
}
