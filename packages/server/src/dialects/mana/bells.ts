// Bells: tell the sockets of a user or of an organisation's members, on every node, which app was written to. Apps are
// known by their use alone.

import { personalSpace } from "@syncline/core";
import type { Admitted, Engine } from "../../engine/contract.ts";
import { ORG_PREFIX } from "./places.ts";

/** A space that nobody writes to: a place to meet on the bus. */
const BELL_APP = "mana.bell";
const RINGER = "mana";

export interface Ring {
  readonly appId: string;
  readonly tables: readonly string[];
}

/** Who is told. */
export type BellOwner = { readonly userId: string } | { readonly orgId: string };

export interface Bells {
  /** Tells the owner's sockets that an app was written to. */
  ring(owner: BellOwner, ring: Ring): void;
  /** Hears what is rung for an owner; the function returned ends it. */
  hear(owner: BellOwner, listener: (ring: Ring) => void): () => void;
}

export function createBells(engine: Engine): Bells {
  return {
    ring(owner, ring) {
      const bell = bellOf(owner);
      const state = JSON.stringify(ring);
      engine.announce(bell, { clientId: RINGER, userId: bell.userId, state });
    },
    hear(owner, listener) {
      const bell = bellOf(owner);
      return engine.watch(bell, (event) => {
        if (event.type !== "presence" || event.clientId !== RINGER || event.state === null) return;
        if (event.userId !== bell.userId) return;
        const ring = readRing(event.state);
        if (ring !== undefined) listener(ring);
      });
    },
  };
}

/** The owner's own, so that there is no right to ask for. */
function bellOf(owner: BellOwner): Admitted {
  const userId = "userId" in owner ? owner.userId : RINGER;
  const name =
    "userId" in owner
      ? personalSpace(owner.userId)
      : ORG_PREFIX + personalSpace(owner.orgId).slice(1);
  const address = { app: BELL_APP, name };
  return {
    space: `${BELL_APP}/${name}`,
    address,
    role: "owner",
    userId,
    byHook: false,
    byMembership: false,
  };
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
