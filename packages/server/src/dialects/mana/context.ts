// What all parts of this dialect work with.

import type { DialectContext } from "../port.ts";
import type { Bells } from "./bells.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Followers } from "./followers.ts";
import type { KnownApps } from "./known-apps.ts";
import type { Memberships } from "./memberships.ts";
import type { ManaLimits, ManaOptions } from "./options.ts";
import type { RefusedChanges } from "./refused-changes.ts";

export interface ManaContext extends DialectContext {
  readonly options: ManaOptions;
  readonly mana: ManaLimits;
  readonly deliveries: Deliveries;
  readonly followers: Followers;
  readonly bells: Bells;
  readonly knownApps: KnownApps;
  /** Undefined where nobody shares anything. */
  readonly memberships: Memberships | undefined;
  readonly refused: RefusedChanges;
  now(): number;
}
