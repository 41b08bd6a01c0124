// When this device last had everything that the server has: kept beside the data, so that it is known without a network, too.

import type { KansoClient } from "./open.ts";
import type { Session } from "./session.ts";
import { createSource, type Source } from "./source.ts";

const KEY = "kanso.synced";

/** In milliseconds since 1970; null: never. */
export function watchLastSync(
  { status }: Pick<KansoClient, "status">,
  { account }: Pick<Session, "account">,
): Source<number | null> {
  const source = createSource<number | null>(read());
  const look = () => {
    const { phase, syncing, pending } = status.getSnapshot();
    if (account.getSnapshot() === null) return;
    if (syncing || pending > 0 || (phase !== "live" && phase !== "polling")) return;
    localStorage.setItem(KEY, String(Date.now()));
    source.set(read());
  };
  status.subscribe(look);
  look();
  return source;
}

function read(): number | null {
  const kept = Number(localStorage.getItem(KEY));
  return Number.isFinite(kept) && kept > 0 ? kept : null;
}
