// Planted bugs of live connections and of tabs.

import type { LiveFeed, LiveListener, LocalStore, Transport } from "@syncline/client";
import { changed, type PlantedBug } from "./planted-bug.ts";

/** A transport whose live listeners are changed. */
function withListener(
  transport: Transport,
  change: (listener: LiveListener) => Partial<LiveListener>,
): Transport {
  const { live } = transport;
  if (live === undefined) return transport;
  const follow: LiveFeed["follow"] = (space, listener) =>
    live.follow(space, { ...listener, ...change(listener) });
  return { ...transport, live: { follow } };
}

export const LIVE_BUGS: readonly PlantedBug[] = [
  {
    name: "live frames are taken whether or not they join on",
    foundBy: /S1|S2|S4|S11|V1/,
    client: () => ({
      wrapTransport: (transport) =>
        withListener(transport, ({ frame }) => ({
          frame: ({ digest: _digest, ...one }) => frame({ ...one, after: null }),
        })),
    }),
  },
  {
    name: "a tab that lost the lead goes on",
    foundBy: /S\d|V1/,
    client: () => ({
      wrapStore: (store) => changed<LocalStore>(store, { lead: async () => undefined }),
    }),
  },
];
