// defineApp: checks an app definition once, where it is written.

import { isId, POLICIES, policyByName, SynclineError } from "@syncline/core";
import type { AppDefinition } from "./app.ts";

/**
 * Declares an app.
 * @throws {SynclineError} `config` when a name is no id, or a policy is unknown or takes the name of another
 */
export function defineApp<const App extends AppDefinition>(app: App): App {
  if (!isId(app.name)) {
    throw new SynclineError("config", "An app's name is 1–128 characters of A-Z a-z 0-9 _ . : -", {
      path: "name",
    });
  }
  for (const [name, { policy, numbered = false }] of Object.entries(app.collections)) {
    if (!isId(name)) {
      throw new SynclineError(
        "config",
        "A collection's name is 1–128 characters of A-Z a-z 0-9 _ . : -",
        {
          path: `collections.${name}`,
        },
      );
    }
    const path = `collections.${name}.policy`;
    if (numbered && policy !== "log" && policy !== POLICIES.log) {
      throw new SynclineError(
        "config",
        "Only records of the policy log are numbered: others are written more than once.",
        { path: `collections.${name}.numbered` },
      );
    }
    if (typeof policy === "string" && policyByName(policy) === undefined) {
      throw new SynclineError("config", `There is no merge policy "${policy}".`, { path });
    }
    if (typeof policy === "object" && policyByName(policy.name) !== undefined) {
      if (policyByName(policy.name) === policy) continue;
      throw new SynclineError("config", `"${policy.name}" is a policy of Syncline's own.`, {
        path,
      });
    }
  }
  return app;
}
