// Who is calling: reads the token of a request.

import { SynclineError } from "@syncline/core";
import type { Principal } from "./principal.ts";
import type { TokenVerifier } from "./verify-token.ts";

const BEARER = /^Bearer ([A-Za-z0-9_~+/.=-]{1,8192})$/;

/** What of a request says who sent it. */
export interface Credentials {
  /** As it was sent. */
  readonly url: string;
  readonly headers: {
    readonly authorization?: string | undefined;
    readonly "x-api-key"?: string | readonly string[] | undefined;
  };
}

/** Addresses are kept in logs, histories and caches: no token may be in one. */
const TOKEN_PARAMETERS = ["token", "access_token", "jwt", "authorization", "api_key", "apikey"];

/**
 * Who sent a request: by the token or API key of the Authorization header, or the key of `X-API-Key`.
 * @throws {SynclineError} `unauthenticated`; `invalid` for a token in the address
 */
export async function authenticate(
  request: Credentials,
  verify: TokenVerifier,
): Promise<Principal> {
  const query = new URLSearchParams(request.url.split("?", 2)[1] ?? "");
  const named = TOKEN_PARAMETERS.find((name) => query.has(name));
  if (named !== undefined) {
    throw new SynclineError(
      "invalid",
      "Send the token in the Authorization header, never in the address. This one may be in logs now: withdraw it.",
      { path: named },
    );
  }
  const { authorization, "x-api-key": key } = request.headers;
  const token = authorization === undefined && typeof key === "string" ? key : bearerOf(request);
  if (token === undefined) {
    throw new SynclineError("unauthenticated", "Send `Authorization: Bearer <token>`.");
  }
  return await verify(token);
}

/** The token of the Authorization header. */
export function bearerOf(request: Credentials): string | undefined {
  return BEARER.exec(request.headers.authorization ?? "")?.[1];
}
