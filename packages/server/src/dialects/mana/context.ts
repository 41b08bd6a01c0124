// What all parts of this dialect work with.

import type { Principal } from "../../auth/principal.ts";
import type { Admitted } from "../../engine/contract.ts";
import type { DialectContext } from "../port.ts";
import type { Bells } from "./bells.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Followers } from "./followers.ts";
import { encodeName } from "./ids.ts";
import type { KnownApps } from "./known-apps.ts";
import type { ManaLimits, ManaOptions } from "./options.ts";

export interface ManaContext extends DialectContext {
  readonly options: ManaOptions;
  readonly mana: ManaLimits;
  readonly deliveries: Deliveries;
  readonly followers: Followers;
  readonly bells: Bells;
  readonly knownApps: KnownApps;
  now(): number;
}

/** The user's own space in an app, which the app's name in the address stands for. */
export async function openOwnSpace(
  { engine, options, knownApps }: ManaContext,
  principal: Principal,
  { appId, access }: { readonly appId: string; readonly access: "read" | "write" },
): Promise<Admitted> {
  const address = { app: encodeName(appId), name: "~" };
  const admitted = await engine.admit(principal, address, access, {
    undeclared: options.undeclaredApps ?? true,
    // Asked with the token, before a body is read; sockets, which only carry hints, are open to all.
    ungated: true,
  });
  knownApps.add(principal.userId, appId);
  return admitted;
}
