// Access rules, compiled: the answers of rules.ts without looking at every rule.

import { PatternMap } from "./patterns.ts";
import { type AccessDecision, type AccessQuestion, type AccessRule, ROOT_USER } from "./rules.ts";

type Actions = PatternMap<AccessDecision>;
type Users = PatternMap<Actions>;

/** Rules that can be asked and added to. Of two rules with the same patterns the later one stays. */
export class AccessRules {
  readonly #items = new PatternMap<Users>();
  #count = 0;

  /** @param rules in the order in which they were added */
  constructor(rules: Iterable<AccessRule> = []) {
    for (const rule of rules) this.add(rule);
  }

  /** How many rules with different patterns there are. */
  get count(): number {
    return this.#count;
  }

  add({ user, item, action, type }: AccessRule): void {
    const users = held(this.#items, item, () => new PatternMap<Actions>());
    const actions = held(users, user, () => new PatternMap<AccessDecision>());
    if (actions.get(action) === undefined) this.#count += 1;
    actions.set(action, type);
  }

  /** Decides as `decideAccess` does on the rules that were added. */
  decide({ user, item, action }: AccessQuestion): AccessDecision {
    if (user === ROOT_USER) return "allow";
    const type = this.#items.first(item, (users) =>
      users.first(user, (actions) => actions.first(action, (decision) => decision)),
    );
    return type ?? "deny";
  }
}

function held<Value>(map: PatternMap<Value>, pattern: string, make: () => Value): Value {
  const value = map.get(pattern);
  if (value !== undefined) return value;
  const made = make();
  map.set(pattern, made);
  return made;
}
