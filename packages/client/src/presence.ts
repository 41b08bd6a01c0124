// Presence: what people show of themselves in a space while they are there. Nothing of it is kept.

import type { Fields } from "@syncline/core";
import { createSource, type Observable } from "./query/observable.ts";
import type { TabMessage } from "./tabs/messages.ts";
import type { Tabs } from "./tabs/tabs.ts";
import type { Peer } from "./transport/port.ts";

/** Somebody else who is there. */
export interface Present {
  readonly clientId: string;
  readonly userId: string;
  readonly state: Fields;
}

export interface Presence {
  /** Shows something of oneself to everybody in the space (a cursor, a name, "is typing"); null: nothing more. */
  set(state: Fields | null): void;
  /** The others. Empty while there is no live connection. */
  readonly others: Observable<readonly Present[]>;
}

export interface PresenceState extends Presence {
  /** Told what this device shows. */
  onOwn(listener: (state: Fields | null) => void): void;
  takePeer(peer: Peer): void;
  forgetPeers(): void;
  take(message: Extract<TabMessage, { type: "present" | "peers" }>): void;
}

export function createPresenceState(options: {
  readonly space: string;
  readonly tabs: Tabs;
  onError(thrown: unknown): void;
}): PresenceState {
  const { space, tabs } = options;
  const others = createSource<readonly Present[]>(Object.freeze([]), options.onError);
  // Two users may have chosen one client id; ids hold no blank.
  const peers = new Map<string, Present>();
  function take({ clientId, userId, state }: Peer): void {
    const key = `${clientId} ${userId}`;
    if (state === null) peers.delete(key);
    else peers.set(key, Object.freeze({ clientId, userId, state }));
  }
  let show = (_state: Fields | null) => {};

  function publish(): void {
    others.set(Object.freeze([...peers.values()]));
    if (tabs.leads()) tabs.post({ type: "peers", space, peers: [...peers.values()] });
  }

  return {
    set(state) {
      if (tabs.leads()) show(state);
      else tabs.post({ type: "present", space, state });
    },
    others: { subscribe: others.subscribe, getSnapshot: others.getSnapshot },
    onOwn(listener) {
      show = listener;
    },
    takePeer(peer) {
      take(peer);
      publish();
    },
    forgetPeers() {
      if (peers.size === 0) return;
      peers.clear();
      publish();
    },
    take(message) {
      if (message.type === "present") {
        if (tabs.leads()) show(message.state);
      } else if (!tabs.leads()) {
        peers.clear();
        for (const peer of message.peers) take(peer);
        publish();
      }
    },
  };
}
