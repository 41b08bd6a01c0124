// Bells: tell a user's sockets, on every node, which of his apps was written to. A user's apps are known by their use alone.

import { personalSpace } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted, Engine } from "../../engine/contract.ts";

/** A space that nobody writes to: a place to meet on the bus. */
const BELL_APP = "mana.bell";
const RINGER = "mana";

export interface Ring {
  readonly appId: string;
  readonly tables: readonly string[];
}

export interface Bells {
  /** Tells the user's sockets that an app was written to. */
  ring(principal: Principal, ring: Ring): void;
  /** Hears what is rung for a user; the function returned ends it. */
  hear(principal: Principal, listener: (ring: Ring) => void): () => void;
}

export function createBells(engine: Engine): Bells {
  return {
    ring(principal, ring) {
      const state = JSON.stringify(ring);
      engine.announce(bellOf(principal), { clientId: RINGER, userId: principal.userId, state });
    },
    hear: (principal, listener) =>
      engine.watch(bellOf(principal), (event) => {
        if (event.type !== "presence" || event.clientId !== RINGER || event.state === null) return;
        if (event.userId !== principal.userId) return;
        const ring = readRing(event.state);
        if (ring !== undefined) listener(ring);
      }),
  };
}

/** The user's own, so that there is no right to ask for. */
function bellOf({ userId }: Principal): Admitted {
  const address = { app: BELL_APP, name: personalSpace(userId) };
  const space = `${address.app}/${address.name}`;
  return { space, address, role: "owner", userId, byHook: false, byMembership: false };
}

/** From the bus comes what other nodes sent, and perhaps what they did not. */
function readRing(text: string): Ring | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("appId" in value) || !("tables" in value))
    return undefined;
  const { appId, tables } = value;
  if (typeof appId !== "string" || !Array.isArray(tables)) return undefined;
  return { appId, tables: tables.filter((table) => typeof table === "string") };
}
