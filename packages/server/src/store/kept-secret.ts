// Secrets of an installation: made once, kept in the store that all nodes share, and so the same on all of them.

import { randomBytes } from "node:crypto";
import type { SettingStore } from "./port.ts";

/** @returns 64 hex digits that nobody can guess */
export async function keptSecret(settings: SettingStore, name: string): Promise<string> {
  const kept = await settings.read(name);
  if (kept !== undefined) return kept;
  const made = randomBytes(32).toString("hex");
  if (await settings.replace(name, undefined, made)) return made;
  return await keptSecret(settings, name); // another node was first
}
