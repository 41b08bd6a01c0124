// The rows of the device and of spaces: how one is changed, and what the port shows of the other.

import type { DeviceState, SpaceState } from "../port.ts";
import { newSpaceState } from "../rules.ts";
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
