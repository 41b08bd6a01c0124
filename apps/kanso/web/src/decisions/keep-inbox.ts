// Settles refused writes that need nobody: both sides came to the same, or only the order of habits was at stake.

import type { KansoClient } from "../data/open.ts";
import { decide } from "./decide.ts";
import { decisionsOf, keyOf } from "./decision.ts";
import { lookUp } from "./look-up.ts";

/** @returns ends it */
export function keepInbox(client: KansoClient): () => void {
  let running = false;
  /** Something happened meanwhile that may have been missed. */
  let again = false;

  async function settle(): Promise<void> {
    const { inbox, outbox } = client;
    const look = await lookUp(client, inbox.getSnapshot());
    // What this device still has under way would be taken for what everybody has come to.
    const underway = new Set(
      outbox.getSnapshot().flatMap(({ mutation }) => mutation.changes.map(keyOf)),
    );
    for (const decision of decisionsOf(inbox.getSnapshot(), look)) {
      const { kind, differences, wanted } = decision;
      const isOpen = kind === "refused" || differences.length > 0;
      if (!isOpen && !wanted.some((one) => underway.has(keyOf(one))))
        await decide(client, decision, { choice: "mine", look });
    }
  }

  function watch(): void {
    const { syncing, rejected, phase } = client.status.getSnapshot();
    // In the middle of a sync what others have changed may not be here yet.
    if (running) again = true;
    if (running || syncing || rejected === 0 || (phase !== "live" && phase !== "polling")) return;
    running = true;
    again = false;
    // One tab at a time, and none twice.
    navigator.locks
      .request("kanso.inbox", settle)
      .catch(() => undefined) // what could not be settled stays, and the person is asked
      .finally(() => {
        running = false;
        if (again) watch();
      });
  }

  const stops = [client.status.subscribe(watch), client.inbox.subscribe(watch)];
  watch();
  return () => {
    for (const stop of stops) stop();
  };
}
