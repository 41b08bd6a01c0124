// A gate: asked before work is done for a user, whatever the protocol. Billing is one.

import type { Principal } from "../auth/principal.ts";

export interface Gate {
  /** Whether the user may sync now. It answers in bounded time and does not throw. */
  allows(principal: Principal): Promise<boolean>;
}
