// Who calls: by API key, or by the older form's token.

import { isSynclineError } from "@syncline/core";
import type { FastifyRequest } from "fastify";
import type { Caller, SimpleContext } from "./context.ts";
import { Refusal } from "./refusal.ts";
import type { Tokens } from "./tokens.ts";

/**
 * A key in `X-API-Key`, or, as it was for a while, behind `Bearer`, means the newer form; any other token the older.
 * @throws {Refusal} 401
 */
export async function identify(
  request: FastifyRequest,
  { verifyToken }: SimpleContext,
  tokens: Tokens | undefined,
): Promise<Caller> {
  const { authorization, "x-api-key": header } = request.headers;
  if (authorization !== undefined && header === undefined) {
    const parts = authorization.split(" ");
    const [scheme, token = ""] = parts;
    if (scheme !== "Bearer" || parts.length !== 2 || token === "")
      throw new Refusal(
        401,
        tokens === undefined ? "X-API-Key header required" : "Authorization header required",
      );
    if (token.startsWith("sk_")) return await byKey(token, verifyToken);
    if (tokens !== undefined)
      return { principal: { ...(await tokens.verify(token)), vouched: true }, form: "legacy" };
    throw new Refusal(401, "X-API-Key header required");
  }
  if (typeof header !== "string" || header === "")
    throw new Refusal(
      401,
      tokens === undefined ? "X-API-Key header required" : "Authorization header required",
    );
  return await byKey(header, verifyToken);
}

async function byKey(key: string, verifyToken: SimpleContext["verifyToken"]): Promise<Caller> {
  // Another server's token is no key, however it is sent.
  if (!key.startsWith("sk_")) throw new Refusal(401, "Invalid API key");
  try {
    return { principal: await verifyToken(key), form: "modern" };
  } catch (thrown) {
    if (!isSynclineError(thrown, "unauthenticated")) throw thrown;
    throw new Refusal(401, "Invalid API key", { cause: thrown });
  }
}
