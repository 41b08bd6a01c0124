// The internal addresses: for the other side's own services, which write for users without a token of theirs.

import { createHash, timingSafeEqual } from "node:crypto";
import type { Principal } from "../../auth/principal.ts";
import type { Call, Protocol } from "../../protocol/port.ts";
import type { ManaContext } from "./context.ts";
import { push } from "./push.ts";
import { readPush, readUserId } from "./read-push.ts";
import { Refusal } from "./refusal.ts";
import { appOf, bodyRule, json, refuse, textOf } from "./routes.ts";

/** What a service writes as, where it does not say. */
const SERVICE_CLIENT = "system:service";
/** Who calls: a service, whoever it writes for. */
const SERVICE: Principal = { userId: SERVICE_CLIENT, vouched: true };

/** The same push, with the same answer, on behalf of the user that the body names. */
export function createServiceProtocol(context: ManaContext, serviceKey: string): Protocol {
  const expected = digestOf(serviceKey);
  return {
    name: "mana services",
    ownCors: true,
    unlimited: true,
    // Before a body is read: nobody without the key is read anything of.
    async identify(call) {
      const given = call.header("x-service-key") ?? "";
      // Nothing is no key, whatever the server was told.
      if (given !== "" && timingSafeEqual(digestOf(given), expected)) return SERVICE;
      throw new Refusal(401, "unauthorized: the service key is wrong or missing");
    },
    refuse,
    routes: [
      {
        method: "POST",
        path: "/internal/sync/:appId",
        body: bodyRule(context),
        handle: async (call) => json(await pushFor(context, call)),
      },
      {
        method: "DELETE",
        path: "/internal/users/:userId",
        handle: async (call) => json(await context.erase(userOf(call))),
      },
    ],
  };
}

/** @throws {Refusal} 404 where the address names nobody */
function userOf({ params }: Call): string {
  const { userId = "" } = params;
  if (userId === "" || userId.length > 256) throw new Refusal(404, "404 page not found");
  return userId;
}

async function pushFor(context: ManaContext, call: Call) {
  const text = textOf(call);
  // The key vouches for the user, whose own token, account and billing are not asked for.
  const principal: Principal = { userId: readUserId(text), vouched: true };
  const sent = readPush(text, context.mana);
  const clientId = sent.clientId === "" ? SERVICE_CLIENT : sent.clientId;
  return await push(context, principal, { appId: appOf(call), sent: { ...sent, clientId } });
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
