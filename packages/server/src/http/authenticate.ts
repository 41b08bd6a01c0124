// Who is calling: reads the token of a request.

import { SynclineError } from "@syncline/core";
import type { FastifyRequest } from "fastify";
import type { Principal } from "../auth/principal.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";

const BEARER = /^Bearer ([A-Za-z0-9_~+/.=-]{1,8192})$/;

/** @throws {SynclineError} `unauthenticated`; `invalid` for a token in the address, where logs would keep it */
export async function authenticate(
  request: FastifyRequest,
  verify: TokenVerifier,
): Promise<Principal> {
  const query = request.query;
  if (
    typeof query === "object" &&
    query !== null &&
    ("token" in query || "access_token" in query)
  ) {
    throw new SynclineError(
      "invalid",
      "Send the token in the Authorization header, never in the address.",
      {
        path: "token" in query ? "token" : "access_token",
      },
    );
  }
  const [, token] = BEARER.exec(request.headers.authorization ?? "") ?? [];
  if (token === undefined) {
    throw new SynclineError("unauthenticated", "Send `Authorization: Bearer <token>`.");
  }
  return await verify(token);
}
