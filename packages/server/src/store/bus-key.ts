// The key of an installation's bus.

import { keptSecret } from "./kept-secret.ts";
import type { SettingStore } from "./port.ts";

/**
 * What the nodes on a store seal their messages with, so that whoever else can reach the bus says nothing to them.
 *
 * ```ts
 * import { busKeyOf, createMemoryStore } from "@syncline/server";
 *
 * const store = createMemoryStore();
 * console.log((await busKeyOf(store)).length); // 64
 * ```
 */
export async function busKeyOf({ settings }: { readonly settings: SettingStore }): Promise<string> {
  return await keptSecret(settings, "bus-key");
}
