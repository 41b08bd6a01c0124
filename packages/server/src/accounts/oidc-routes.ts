// The routes of signing in by a provider, where the server has any.

import Type from "typebox";
import { ERRORS } from "../http/space-routes.ts";
import { defineRoute, jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import type { Oidc } from "./oidc.ts";
import { DeviceSchema, KeepSchema, SessionSchema, sessionAnswer } from "./session-answer.ts";
import { checkOrigin } from "./session-cookie.ts";

export function oidcRoutes(oidc: Oidc, { idleSeconds }: { readonly idleSeconds: number }): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/accounts/providers",
      open: true,
      schema: {
        operationId: "providers",
        summary: "By whom one can sign in",
        tags: ["accounts"],
        response: {
          200: Type.Object({
            providers: Type.Array(Type.Object({ name: Type.String(), title: Type.String() })),
          }),
          ...ERRORS,
        },
      },
      handle: () => jsonAnswer({ providers: oidc.providers }),
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/providers/start",
      open: true,
      schema: {
        operationId: "startProvider",
        summary: "Begin to sign in by a provider",
        tags: ["accounts"],
        body: Type.Object(
          { provider: Type.String({ maxLength: 32 }) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ url: Type.String(), flow: Type.String() }), ...ERRORS },
      },
      handle: async ({ body, address }) => jsonAnswer(await oidc.start(body.provider, { address })),
    }),
    defineRoute({
      method: "POST",
      path: "/accounts/providers/finish",
      open: true,
      schema: {
        operationId: "finishProvider",
        summary: "Sign in with what the provider sent the person back with",
        tags: ["accounts"],
        body: Type.Object(
          {
            flow: Type.String({ maxLength: 200 }),
            search: Type.String({ maxLength: 8_192, description: "Behind the `?` of the page" }),
            device: DeviceSchema,
            keep: KeepSchema,
          },
          { additionalProperties: false },
        ),
        response: { 200: SessionSchema, ...ERRORS },
      },
      async handle(call) {
        const { flow, search, keep } = call.body;
        if (keep !== undefined) checkOrigin(call);
        const device = call.body.device ?? call.header("user-agent") ?? "";
        const session = await oidc.finish(flow, search, { address: call.address, device });
        return sessionAnswer(session, keep, { call, idleSeconds });
      },
    }),
  ];
}
