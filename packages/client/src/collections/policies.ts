// Which policies a device states when it syncs.

import { resolvePolicy } from "@syncline/core";
import type { Definitions } from "./definition.ts";

/** The policies of the collections that are not merged by lww. */
export function statedPolicies(definitions: Definitions): {
  readonly [collection: string]: string;
} {
  return Object.fromEntries(
    Object.entries(definitions)
      .map(([name, { policy }]) => [name, resolvePolicy(policy).name] as const)
      .filter(([, policy]) => policy !== "lww"),
  );
}
