// Times as they were sent: for clients whose changes come in any order, so that the greater time wins, not the later change.

import {
  type Change,
  type ClockState,
  compareClocks,
  formatTime,
  parseTime,
  type Settled,
  type Time,
  tick,
} from "@syncline/core";

export interface AsSentContext {
  /** The client that pushes; the stored times bear its id. */
  readonly clientId: string;
  /** The space's clock, ticked for this commit: nothing stored may lie ahead of it. */
  readonly clock: ClockState;
  readonly wallMs: number;
  /** The times were stored before, and are kept whole: they bear the ids of those who wrote then. */
  readonly stored?: boolean;
}

/** The change with the times that are stored: its own, but for those ahead of the space's clock. */
export function settleAsSent(
  change: Change,
  { clientId, wallMs, stored = false, ...context }: AsSentContext,
): Settled {
  let { clock } = context;
  const bound = (sent: Time): Time => {
    const reading = parseTime(sent);
    if (compareClocks(reading, clock) <= 0) return stored ? sent : formatTime(reading, clientId);
    clock = tick(clock, wallMs);
    return formatTime(clock, clientId);
  };
  const { times: sent = {}, ...rest } = change;
  const time = bound(change.time);
  const times: [string, Time][] = [];
  for (const [name, own] of Object.entries(sent)) {
    if (own === change.time) continue;
    const settled = bound(own);
    // A put holds no field that is older than itself.
    if (settled !== time && !(change.op === "put" && settled < time)) times.push([name, settled]);
  }
  return {
    change: { ...rest, time, ...(times.length === 0 ? {} : { times: Object.fromEntries(times) }) },
    clock,
  };
}
