// Listens for what any process stored. The connection is made with the first listener, and anew when it broke.

import { Client } from "pg";
import { systemEnvironment } from "../../environment.ts";

export interface Listener {
  listen(told: () => void): () => void;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;

export function createListener(
  url: string,
  channel: string,
  failed: ((error: unknown) => void) | undefined,
): Listener {
  const environment = systemEnvironment();
  const listeners = new Set<() => void>();
  let client: Client | undefined;
  let cancelRetry = () => {};
  let closed = false;
  let connecting: Promise<void> = Promise.resolve();

  const tell = () => {
    for (const told of [...listeners]) told();
  };
  const lost = (which: Client, thrown: unknown) => {
    if (client !== which) return;
    client = undefined;
    which.end().catch(() => undefined); // it is broken already
    if (closed) return;
    failed?.(thrown);
    cancelRetry = environment.setTimer(begin, RETRY_MS);
  };
  const connect = async () => {
    if (client !== undefined || closed || listeners.size === 0) return;
    const own = new Client({ connectionString: url, keepAlive: true });
    client = own;
    own.on("error", (error) => lost(own, error));
    own.on("end", () => lost(own, new Error("The connection ended.")));
    own.on("notification", tell);
    try {
      await own.connect();
      await own.query(`LISTEN ${channel}`);
      // What was stored while nobody listened.
      tell();
    } catch (thrown) {
      lost(own, thrown);
    }
  };
  const begin = () => {
    connecting = connecting.then(connect);
  };
  return {
    listen(told) {
      listeners.add(told);
      begin();
      return () => void listeners.delete(told);
    },
    async close() {
      closed = true;
      cancelRetry();
      listeners.clear();
      await connecting;
      const own = client;
      client = undefined;
      await own?.end();
    },
  };
}
