// A peer in the same process that is spoken to through its HTTP handler, without a socket.

import type { EventStore, Transport } from "../ports.ts";
import { createHttpTransport } from "../transports/http/client.ts";
import { createSyncHandler } from "../transports/http/index.ts";

export function overHttp(store: EventStore): Transport {
  const handler = createSyncHandler({ store });
  const fetch: typeof globalThis.fetch = (input, init) => handler(new Request(input, init));
  return createHttpTransport({ url: "http://peer", fetch });
}
