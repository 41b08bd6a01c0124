// What becomes of a connection: it comes back, and what was on its way when it broke is lost.

import type { NatsConnection } from "@nats-io/transport-node";
import { SynclineError, withResolvers } from "@syncline/core";

export interface ConnectionWatch {
  /** Waits for an answer no longer than the connection lasts. @throws {SynclineError} `unavailable` */
  orLost<Result>(work: Promise<Result>): Promise<Result>;
}

/** Watches until the connection ends. @param back told when it was broken and is there again */
export function watchConnection(connection: NatsConnection, back = () => {}): ConnectionWatch {
  const losers = new Set<(reason: SynclineError) => void>();
  const watch = async () => {
    for await (const { type } of connection.status()) {
      if (type !== "disconnect" && type !== "reconnect") continue;
      // What was asked while it was broken may be lost as well: it is better asked again than waited for.
      for (const lose of [...losers])
        lose(new SynclineError("unavailable", "The connection to the NATS server broke."));
      if (type === "reconnect") back();
    }
  };
  // It ends with the connection, whatever the reason.
  watch().catch(() => undefined);
  return {
    async orLost(work) {
      const lost = withResolvers<never>();
      losers.add(lost.reject);
      try {
        return await Promise.race([work, lost.promise]);
      } finally {
        losers.delete(lost.reject);
        // Nobody listens to the one that came second.
        work.catch(() => undefined);
      }
    },
  };
}
