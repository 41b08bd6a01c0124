// Access rules, compiled: the answers of rules.ts without looking at every rule.

import { PatternMap } from "./patterns.ts";
import { type AccessDecision, type AccessQuestion, type AccessRule, ROOT_USER } from "./rules.ts";

/** The rules of one item pattern, by user pattern. */
interface Item {
  readonly users: PatternMap<Map<string, AccessDecision>>;
}

/** What the rules of an item come to for one user: of each action pattern the one with the most specific user. */
type View = PatternMap<{ readonly rank: number; readonly type: AccessDecision }>;

/** Views that are kept; with more of them all are made anew. */
const MAX_VIEWS = 20_000;

/** Rules that can be asked and added to. Of two rules with the same patterns the later one stays. */
export class AccessRules {
  readonly #items = new PatternMap<Item>();
  #views = new Map<string, Map<Item, View>>();
  #viewCount = 0;
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
    const { users } = held<Item>(this.#items, item, () => ({ users: new PatternMap() }));
    const actions = held(users, user, () => new Map<string, AccessDecision>());
    if (!actions.has(action)) this.#count += 1;
    actions.set(action, type);
    this.#forget();
  }

  /** Decides as `decideAccess` does on the rules that were added. */
  decide({ user, item, action }: AccessQuestion): AccessDecision {
    if (user === ROOT_USER) return "allow";
    return (
      this.#items.first(item, (rules) => decideByView(this.#view(rules, user), action)) ?? "deny"
    );
  }

  #view(item: Item, user: string): View {
    let views = this.#views.get(user);
    const known = views?.get(item);
    if (known !== undefined) return known;
    if (this.#viewCount >= MAX_VIEWS) {
      this.#forget();
      views = undefined;
    }
    if (views === undefined) {
      views = new Map();
      this.#views.set(user, views);
    }
    const view = viewOf(item, user);
    views.set(item, view);
    this.#viewCount += 1;
    return view;
  }

  #forget(): void {
    if (this.#viewCount === 0) return;
    this.#views = new Map();
    this.#viewCount = 0;
  }
}

function viewOf({ users }: Item, user: string): View {
  const view: View = new PatternMap();
  let rank = 0;
  users.first(user, (actions) => {
    for (const [action, type] of actions)
      if (view.get(action) === undefined) view.set(action, { rank, type });
    rank += 1;
    return undefined; // all of them, the most specific first
  });
  return view;
}

/** Of the actions that match, the one with the most specific user; among those the most specific action. */
function decideByView(view: View, action: string): AccessDecision | undefined {
  let winner: { readonly rank: number; readonly type: AccessDecision } | undefined;
  view.first(action, (entry) => {
    if (winner === undefined || entry.rank < winner.rank) winner = entry;
    return winner.rank === 0 ? true : undefined;
  });
  return winner?.type;
}

function held<Value>(map: PatternMap<Value>, pattern: string, make: () => Value): Value {
  const value = map.get(pattern);
  if (value !== undefined) return value;
  const made = make();
  map.set(pattern, made);
  return made;
}
