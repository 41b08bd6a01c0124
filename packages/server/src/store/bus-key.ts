// The key of an installation's bus: made once, kept in the store that all nodes share, and so the same on all of them.

import { randomBytes } from "node:crypto";
import type { SettingStore } from "./port.ts";

const SETTING = "bus-key";

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
  const kept = await settings.read(SETTING);
  if (kept !== undefined) return kept;
  const made = randomBytes(32).toString("hex");
  if (await settings.replace(SETTING, undefined, made)) return made;
  return await busKeyOf({ settings }); // another node was first
}
