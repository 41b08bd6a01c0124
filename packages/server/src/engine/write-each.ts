// Writes for clients that number nothing: decided under the space's lock, committed, and published.

import type { Limits } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { Principal } from "../auth/principal.ts";
import type { Bus } from "../bus/port.ts";
import { forbidden, suffices } from "./admit.ts";
import type { Admitted, WriteEachOutcome, WriteEachRequest } from "./contract.ts";
import { decideUnnumbered, type UnnumberedDecision } from "./decide-unnumbered.ts";
import { publish } from "./publish.ts";
import { commitByRules, type RuledCommitOptions } from "./ruled-commit.ts";

export interface WritingOptions {
  readonly apps: ReadonlyMap<string, AppDefinition>;
  readonly limits: Limits;
  readonly bus: Bus;
  readonly committing: RuledCommitOptions;
}

export async function writeEach(
  admitted: Admitted,
  principal: Principal,
  request: WriteEachRequest,
  { apps, limits, bus, committing }: WritingOptions,
): Promise<WriteEachOutcome> {
  const { environment, events } = committing;
  const { space, address } = admitted;
  const app = apps.get(address.app);
  const started = environment.now();
  const context = { request, principal, app, limits, wallMs: started };
  const { outcome, lastMutation, written } = await commitByRules<UnnumberedDecision>(
    {
      admitted,
      app,
      records: request.records,
      clientId: request.clientId,
      decide(loaded, { rules, role }) {
        if (!suffices(role, "write")) throw forbidden();
        const isFree = request.unruled === true && rules?.entries.length === 0;
        return decideUnnumbered(loaded, { ...context, rules: isFree ? undefined : rules });
      },
    },
    committing,
  );
  const refused = outcome.refused.map(() => "rejected");
  const statuses = written.length > 0 || refused.length === 0 ? ["applied", ...refused] : refused;
  events.pushed({ statuses, commitMs: environment.now() - started });
  if (written.length > 0) {
    const commit = { space, stamp: outcome.stamp, userId: principal.userId, records: written };
    events.committed(space);
    const by = { userId: principal.userId, clientId: request.clientId, lastMutation };
    publish(commit, by, { bus, app, events });
  }
  return outcome;
}
