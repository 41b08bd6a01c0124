// Planted bugs of a device's copy: it differs from the server's, and nothing but the digests tells.

import type { LocalStore, Transport } from "@syncline/client";
import { changed, type PlantedBug } from "./planted-bug.ts";

/** A store that loses one of the changes that it is given, once. */
function losingOne(store: LocalStore, lost: { done: boolean }): LocalStore {
  return changed<LocalStore>(store, {
    apply: async (page) => {
      if (lost.done || page.replace || page.changes.length === 0) return await store.apply(page);
      lost.done = true;
      return await store.apply({ ...page, changes: page.changes.slice(1) });
    },
  });
}

/** A transport that never says what the digests should be: no copy is ever found to differ. */
function withoutDigests(transport: Transport): Transport {
  const { live } = transport;
  return {
    ...transport,
    async sync(...args) {
      const { digest: _digest, ...answer } = await transport.sync(...args);
      return answer;
    },
    async pull(...args) {
      const { digest: _digest, ...answer } = await transport.pull(...args);
      return answer;
    },
    ...(live === undefined
      ? {}
      : {
          live: {
            ...live,
            follow: (space, listener) =>
              live.follow(space, {
                ...listener,
                frame: ({ digest: _digest, ...frame }) => listener.frame(frame),
              }),
          },
        }),
  };
}

export const COPY_BUGS: readonly PlantedBug[] = [
  {
    name: "a change is lost between the network and the copy",
    foundBy: /S1/,
    client: () => {
      const lost = { done: false };
      return { wrapStore: (store) => losingOne(store, lost) };
    },
  },
  {
    name: "a copy that differs is never read anew",
    foundBy: /S1|V1/,
    client: () => {
      const lost = { done: false };
      return {
        wrapStore: (store) => losingOne(store, lost),
        wrapTransport: withoutDigests,
      };
    },
  },
];
