// Who calls: by API key, or by the older form's token.

import { isSynclineError } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { Call } from "../../protocol/port.ts";
import type { SimpleContext } from "./context.ts";
import type { Form } from "./event.ts";
import { Refusal } from "./refusal.ts";
import type { Tokens } from "./tokens.ts";

/**
 * A key in `X-API-Key`, or, as it was for a while, behind `Bearer`, means the newer form; any other token the older.
 * @throws {Refusal} 401
 */
export async function identify(
  { headers }: Pick<Call, "headers">,
  { verifyToken, refuseLocked }: SimpleContext,
  tokens: Tokens | undefined,
): Promise<Principal> {
  const { authorization, "x-api-key": header } = headers;
  if (authorization !== undefined && header === undefined) {
    const parts = authorization.split(" ");
    const [scheme, token = ""] = parts;
    if (scheme !== "Bearer" || parts.length !== 2 || token === "")
      throw new Refusal(
        401,
        tokens === undefined ? "X-API-Key header required" : "Authorization header required",
      );
    if (token.startsWith("sk_")) return await byKey(token, verifyToken);
    if (tokens !== undefined) {
      const user = await tokens.verify(token);
      await refuseLocked(user.userId);
      return { ...user, vouched: true };
    }
    throw new Refusal(401, "X-API-Key header required");
  }
  if (typeof header !== "string" || header === "")
    throw new Refusal(
      401,
      tokens === undefined ? "X-API-Key header required" : "Authorization header required",
    );
  return await byKey(header, verifyToken);
}

/** Which spelling somebody who was let in is answered in. */
export function formOf({ headers }: Pick<Call, "headers">): Form {
  const { authorization, "x-api-key": header } = headers;
  const isOlder = header === undefined && authorization?.startsWith("Bearer sk_") === false;
  return isOlder ? "legacy" : "modern";
}

async function byKey(key: string, verifyToken: SimpleContext["verifyToken"]): Promise<Principal> {
  // Another server's token is no key, however it is sent.
  if (!key.startsWith("sk_")) throw new Refusal(401, "Invalid API key");
  try {
    return await verifyToken(key);
  } catch (thrown) {
    if (!isSynclineError(thrown, "unauthenticated")) throw thrown;
    throw new Refusal(401, "Invalid API key", { cause: thrown });
  }
}
