// What the rules in the history let this user do: known without asking the server, so only a preview of its answer.

import { AccessRules, checkRule, parseRule } from "@syncline/core";
import type { SimpleEvent } from "./event.ts";

const ACL_ITEM = ".acl";
const ADD_RULE = ".acl.addRule";

interface RuledHistory {
  readonly events: readonly SimpleEvent[];
  /** Another number: the history was begun anew. */
  readonly generation: number;
}

/** @param history the history now; only what is new in it is looked at */
export function createPreview(user: string, history: () => RuledHistory) {
  let rules = new AccessRules();
  let seen = 0;
  let of = history().generation;
  return (item: string, action: string): boolean => {
    const { events, generation } = history();
    if (generation !== of) {
      rules = new AccessRules();
      seen = 0;
      of = generation;
    }
    for (; seen < events.length; seen += 1) {
      const rule = ruleOf(events[seen]);
      if (rule !== undefined) rules.add(rule);
    }
    return rules.decide({ user, item, action }) === "allow";
  };
}

function ruleOf(event: SimpleEvent | undefined) {
  if (event?.item !== ACL_ITEM || event.action !== ADD_RULE) return undefined;
  let rule: unknown;
  try {
    rule = JSON.parse(event.payload);
  } catch {
    return undefined; // the server adds no such rule
  }
  return checkRule(rule) === undefined ? parseRule(rule) : undefined;
}
