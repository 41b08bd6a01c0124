// A resolver that picks another one by rules: the first rule that matches decides, or else the fallback.

import { SynclineError } from "@syncline/core";
import type { Conflict, ConflictResolver, Resolution } from "../ports.ts";

/** Tells whether a rule is for a conflict. */
export type Matcher = (conflict: Conflict) => boolean;

export interface Rule {
  readonly name: string;
  readonly when: Matcher;
  readonly resolver: ConflictResolver;
}

export interface RuleHooks {
  onRuleMatched?(conflict: Conflict, rule: Rule): void;
  onFallback?(conflict: Conflict): void;
  onResolved?(conflict: Conflict, resolution: Resolution): void;
  onError?(conflict: Conflict, thrown: unknown): void;
}

export interface RuleResolverOptions {
  readonly rules: readonly Rule[];
  readonly fallback?: ConflictResolver;
  readonly hooks?: RuleHooks;
}

/**
 * A resolver that asks the resolver of the first rule that matches, else the fallback.
 * @throws {SynclineError} `config` without rules and fallback, or when two rules have one name
 */
export function createRuleResolver(options: RuleResolverOptions): ConflictResolver {
  const { rules, fallback, hooks = {} } = options;
  if (rules.length === 0 && fallback === undefined) {
    throw new SynclineError("config", "A rule resolver needs rules or a fallback.");
  }
  const names = new Set(rules.map(({ name }) => name));
  if (names.size !== rules.length || names.has("")) {
    throw new SynclineError("config", "Every rule has a name of its own.");
  }
  const pick = (conflict: Conflict): Pick<Rule, "resolver"> & { readonly name?: string } => {
    const rule = rules.find(({ when }) => when(conflict));
    if (rule !== undefined) {
      hooks.onRuleMatched?.(conflict, rule);
      return rule;
    }
    if (fallback === undefined) {
      throw new SynclineError("config", "no rule matched and no fallback configured");
    }
    hooks.onFallback?.(conflict);
    return { resolver: fallback };
  };
  return {
    name: "rules",
    async resolve(conflict, given) {
      try {
        const { name, resolver } = pick(conflict);
        const decided = await resolver.resolve(conflict, given);
        const resolution = name === undefined ? decided : { ...decided, rule: name };
        hooks.onResolved?.(conflict, resolution);
        return resolution;
      } catch (thrown) {
        hooks.onError?.(conflict, thrown);
        throw thrown;
      }
    },
  };
}

/** Matches every conflict. */
export const always: Matcher = () => true;

/** Matches conflicts of these types of events. */
export function eventTypeIs(...types: readonly string[]): Matcher {
  return ({ eventType }) => types.includes(eventType);
}

/** Matches conflicts of one aggregate. */
export function aggregateIdIs(id: string): Matcher {
  return ({ aggregateId }) => aggregateId === id;
}

/** Matches conflicts of aggregates whose id begins so. */
export function aggregateIdStartsWith(prefix: string): Matcher {
  return ({ aggregateId }) => aggregateId.startsWith(prefix);
}

/** Matches when one of these fields differs. */
export function fieldChanged(...fields: readonly string[]): Matcher {
  return ({ changedFields }) => fields.some((field) => changedFields.includes(field));
}

/** Matches when the conflict's metadata has exactly this value: its own, or that of both events. */
export function metadataIs(name: string, value: string | number | boolean | null): Matcher {
  return ({ metadata, local, remote }) => {
    if (Object.hasOwn(metadata, name)) return metadata[name] === value;
    const sides = [local.event.metadata, remote.event.metadata];
    return sides.every(
      (side) => side !== null && Object.hasOwn(side, name) && side[name] === value,
    );
  };
}

/** Matches when all of these do. */
export function allOf(...matchers: readonly Matcher[]): Matcher {
  return (conflict) => matchers.every((matches) => matches(conflict));
}

/** Matches when one of these does. */
export function anyOf(...matchers: readonly Matcher[]): Matcher {
  return (conflict) => matchers.some((matches) => matches(conflict));
}

/** Matches when the other one does not. */
export function not(matcher: Matcher): Matcher {
  return (conflict) => !matcher(conflict);
}
