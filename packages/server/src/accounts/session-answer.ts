// What is asked of and answered to who signs in, in whichever way.

import Type from "typebox";
import { jsonAnswer } from "../protocol/define-route.ts";
import type { Answer } from "../protocol/port.ts";
import type { SignedIn } from "./accounts.ts";
import { type Asking, keepInCookie } from "./session-cookie.ts";

export const CredentialsSchema = Type.Object(
  {
    email: Type.String({ maxLength: 320 }),
    password: Type.String({ maxLength: 1_024 }),
  },
  { additionalProperties: false },
);
export const AccountSchema = Type.Object({ userId: Type.String(), email: Type.String() });
export const KeepSchema = Type.Optional(
  Type.Literal("cookie", {
    description:
      "For a site on this server's own origin: what renews the session is set as a cookie that no script reads, and not given in the answer",
  }),
);
export const SessionSchema = Type.Object({
  account: AccountSchema,
  token: Type.String({ description: "For requests" }),
  expiresInSeconds: Type.Integer(),
  refreshToken: Type.Optional(
    Type.String({ description: "For /accounts/refresh, once; not where a cookie keeps it" }),
  ),
});
export const DeviceSchema = Type.Optional(Type.String({ maxLength: 200 }));

/** What is answered to who signed in, or renewed a session. */
export function sessionAnswer(
  { refreshToken, ...signedIn }: SignedIn,
  keep: "cookie" | undefined,
  { call, idleSeconds }: { readonly call: Asking; readonly idleSeconds: number },
): Answer {
  if (keep === undefined) return jsonAnswer({ ...signedIn, refreshToken });
  const headers = keepInCookie(call, { refreshToken, idleSeconds });
  return { ...jsonAnswer(signedIn), headers };
}
