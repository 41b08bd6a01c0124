// The policies by name.

import { SynclineError } from "../errors/error.ts";
import { counter } from "./counter.ts";
import { log } from "./log.ts";
import { lww } from "./lww.ts";
import type { MergePolicy, PolicyName } from "./policy.ts";
import { versioned } from "./versioned.ts";

/** The policies by their names. */
export const POLICIES: { readonly [name in PolicyName]: MergePolicy } = {
  lww,
  versioned,
  log,
  counter,
};

/** The policy of a name, or undefined when there is none. */
export function policyByName(name: string): MergePolicy | undefined {
  return Object.hasOwn(POLICIES, name) ? POLICIES[name as PolicyName] : undefined;
}

/**
 * A policy as apps give it: a name, or a policy of their own.
 * @throws {SynclineError} `config` for a name that is none
 */
export function resolvePolicy(policy: PolicyName | MergePolicy | undefined): MergePolicy {
  if (policy === undefined) return lww;
  if (typeof policy !== "string") return policy;
  const named = policyByName(policy);
  if (named !== undefined) return named;
  const names = Object.keys(POLICIES).join(", ");
  throw new SynclineError("config", `There is no merge policy "${policy}": there are ${names}.`);
}
