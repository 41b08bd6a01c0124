// The apps that an engine serves, by their names.

import { SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";

/** @throws {SynclineError} `config` when two apps have one name */
export function appsByName(apps: readonly AppDefinition[]): ReadonlyMap<string, AppDefinition> {
  const byName = new Map<string, AppDefinition>();
  for (const app of apps) {
    if (byName.has(app.name))
      throw new SynclineError("config", `Two apps have the name "${app.name}".`);
    byName.set(app.name, app);
  }
  return byName;
}
