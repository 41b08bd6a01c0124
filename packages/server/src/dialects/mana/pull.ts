// A pull: one page of one table.

import type { Principal } from "../../auth/principal.ts";
import type { ManaContext } from "./context.ts";
import { parseSince } from "./cursor.ts";
import { clientIdOf, encodeName } from "./ids.ts";
import { openPlaces } from "./places.ts";
import { type Answer, aheadOf, answerOf } from "./push.ts";
import { readPlaces } from "./read-places.ts";

export interface PullRequest {
  readonly appId: string;
  readonly collection: string;
  readonly since: string;
  /** As the device says it; empty: nothing counts as its own. */
  readonly clientId: string;
}

export async function pull(
  context: ManaContext,
  principal: Principal,
  request: PullRequest,
): Promise<Answer> {
  const { appId } = request;
  const places = await openPlaces(context, principal, { appId, access: "read" });
  const clientId = clientIdOf(request.clientId, principal.userId);
  const since = parseSince(request.since);
  const news = await readPlaces(context.engine, places, {
    since,
    clientId: request.clientId === "" ? undefined : clientId,
    collections: [encodeName(request.collection)],
    limit: context.mana.pageChanges,
    aheadMs: aheadOf(context, places, clientId),
  });
  return answerOf(context, { news, since, places, clientId });
}
