// Rules in groups: groups are switched on and off as a whole, and fall back by themselves.

import { SynclineError } from "@syncline/core";
import type { ConflictResolver } from "../ports.ts";
import { always, type Rule } from "./rules.ts";

export interface RuleGroup {
  readonly name: string;
  /** True where left out. A group that is off decides nothing, nor do its subgroups. */
  readonly enabled?: boolean;
  readonly rules?: readonly Rule[];
  readonly groups?: readonly RuleGroup[];
  /** Decides what none of its rules and subgroups is for; groups after it are then not asked. */
  readonly fallback?: ConflictResolver;
}

/**
 * The rules of groups in the order in which they are tried: of each group its own, its subgroups', its fallback. Their names
 * are `group.rule`, `group.subgroup.rule` and `group.fallback`.
 *
 * ```ts
 * import { createRuleResolver, eventTypeIs, lastWriteWins, manualReview } from "@syncline/kit";
 * import { rulesOfGroups } from "@syncline/kit/rules";
 *
 * const rules = [{ name: "changed", when: eventTypeIs("PriceChanged"), resolver: manualReview("prices differ") }];
 * const resolver = createRuleResolver({ rules: rulesOfGroups([{ name: "prices", rules }]), fallback: lastWriteWins });
 * ```
 *
 * @throws {SynclineError} `config` for a group without a name
 */
export function rulesOfGroups(groups: readonly RuleGroup[]): Rule[] {
  return groups.flatMap(
    ({ name, enabled = true, rules = [], groups: subgroups = [], fallback }) => {
      if (name === "") throw new SynclineError("config", "Every group of rules has a name.");
      if (!enabled) return [];
      const last =
        fallback === undefined ? [] : [{ name: "fallback", when: always, resolver: fallback }];
      return [...rules, ...rulesOfGroups(subgroups), ...last].map((rule) => ({
        ...rule,
        name: `${name}.${rule.name}`,
      }));
    },
  );
}
