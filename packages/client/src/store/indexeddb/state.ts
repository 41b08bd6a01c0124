// The rows of the device and of spaces: how they are changed, what the port shows of them, and who appends next.

import type { DeviceState, SpaceState } from "../port.ts";
import { newSpaceState, takeTurn } from "../rules.ts";
import type { SpaceRow, Transaction } from "./schema.ts";

export async function changeDevice(
  tx: Transaction,
  change: (held: DeviceState) => DeviceState,
): Promise<void> {
  const device = tx.of("device");
  const held = await device.get("device");
  if (held !== undefined) await device.put(change(held), "device");
}

export function stateOf(space: string, row: SpaceRow | undefined): SpaceState {
  if (row === undefined) return newSpaceState(space);
  const { cursor, scope, nextMutation, digests, staged } = row;
  return {
    space,
    cursor,
    scope,
    nextMutation,
    digests,
    staged: staged && { cursor: staged.cursor, replace: staged.replace, count: staged.count },
  };
}

/** Whether an instance may append to a space now; whose turn it is then is kept with the transaction. */
export async function inTurn(
  tx: Transaction,
  space: string,
  { self, isCurrent, nowMs }: { self: string; isCurrent: boolean; nowMs: number },
): Promise<boolean> {
  const lead = tx.of("lead");
  const key = `turn ${space}` as const;
  const held = await lead.get(key);
  const [holder = "", atMs] = held?.split(" ") ?? [];
  const before = held === undefined ? undefined : { holder, atMs: Number(atMs) };
  const { may, turn } = takeTurn(before, self, isCurrent, nowMs);
  if (turn !== undefined) await lead.put(`${turn.holder} ${turn.atMs}`, key);
  else if (held !== undefined) await lead.delete(key);
  return may;
}
