// Settles refused writes that need nobody: both sides came to the same, or only the order of habits was at stake.

import type { KansoClient } from "../data/open.ts";
import { decide } from "./decide.ts";
import { decisionsOf } from "./decision.ts";
import { lookUp } from "./look-up.ts";

/** @returns ends it */
export function keepInbox(client: KansoClient): () => void {
  let running = false;

  async function settle(): Promise<void> {
    const { inbox } = client;
    const look = await lookUp(client, inbox.getSnapshot());
    for (const decision of decisionsOf(inbox.getSnapshot(), look))
      if (decision.kind === "two_versions" && decision.differences.length === 0)
        await decide(client, decision, { choice: "mine", look });
  }

  function watch(): void {
    const { syncing, rejected, phase } = client.status.getSnapshot();
    // In the middle of a sync what others have changed may not be here yet.
    if (running || syncing || rejected === 0 || (phase !== "live" && phase !== "polling")) return;
    running = true;
    // One tab at a time, and none twice.
    navigator.locks
      .request("kanso.inbox", settle)
      .catch(() => undefined) // what could not be settled stays, and the person is asked
      .finally(() => {
        running = false;
      });
  }

  const stops = [client.status.subscribe(watch), client.inbox.subscribe(watch)];
  watch();
  return () => {
    for (const stop of stops) stop();
  };
}
