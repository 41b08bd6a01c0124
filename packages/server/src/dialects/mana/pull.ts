// A pull: one page of one table.

import type { Principal } from "../../auth/principal.ts";
import { type ManaContext, openOwnSpace } from "./context.ts";
import { parseSince } from "./cursor.ts";
import { clientIdOf, encodeName } from "./ids.ts";
import { type Answer, answerOf, deviceOf } from "./push.ts";
import { readNews } from "./read-news.ts";

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
  const admitted = await openOwnSpace(context, principal, { appId: request.appId, access: "read" });
  const clientId = clientIdOf(request.clientId, principal.userId);
  const since = parseSince(request.since);
  const device = deviceOf(admitted, clientId);
  const news = await readNews(context.engine, admitted, {
    since,
    clientId: request.clientId === "" ? undefined : clientId,
    collections: [encodeName(request.collection)],
    limit: context.mana.pageChanges,
    aheadMs: context.deliveries.aheadBy(device),
  });
  return answerOf(context, { news, since, device });
}
