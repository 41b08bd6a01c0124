// Who is calling: the token of a request, and the gate.

import { isSynclineError } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { IssuerHabits } from "../../auth/verify-token.ts";
import type { Call } from "../../protocol/port.ts";
import type { ManaContext } from "./context.ts";
import { Refusal, toRefusal } from "./refusal.ts";

/** As the original takes them: `exp` counts where it stands, `kid` must stand there. */
export const TOKEN_HABITS: IssuerHabits = { endless: true, namesKey: true };

const BEARER = "Bearer ";
const INACTIVE = JSON.stringify({
  error: "sync_inactive",
  message: "Cloud Sync ist nicht aktiv. Aktiviere Sync in den Einstellungen.",
});

/** @throws {Refusal} 401, 402; 503 where the keys that tokens are checked with cannot be had */
export async function identify(call: Call, context: ManaContext): Promise<Principal> {
  const principal = await identifyUngated(call, context);
  await passGate(principal, context);
  return principal;
}

/** The same for who may not sync. @throws {Refusal} 401; 503 */
export async function identifyUngated(call: Call, context: ManaContext): Promise<Principal> {
  const { authorization = "" } = call.headers;
  if (!authorization.startsWith(BEARER)) {
    throw new Refusal(401, "unauthorized: no authorization header");
  }
  return await verify(authorization.slice(BEARER.length), context);
}

/** @throws {Refusal} 401 */
async function verify(token: string, { verifyToken }: ManaContext): Promise<Principal> {
  try {
    return await verifyToken(token, TOKEN_HABITS);
  } catch (thrown) {
    const refusal = toRefusal(thrown);
    if (refusal.status === 401 && refusal.message.includes("`sub`"))
      throw new Refusal(401, "unauthorized: missing sub claim", { cause: thrown });
    throw refusal;
  }
}

/** @throws {Refusal} 402 */
export async function passGate(principal: Principal, { engine }: ManaContext): Promise<void> {
  try {
    await engine.passGate(principal);
  } catch (thrown) {
    if (!isSynclineError(thrown, "payment_required")) throw thrown;
    throw new Refusal(402, INACTIVE, { json: true, cause: thrown });
  }
}
