// The access rules of one space, as they were at any stamp: rules are only ever added.

import {
  type AccessDecision,
  type AccessQuestion,
  type AccessRule,
  AccessRules,
  decideAccess,
} from "@syncline/core";

/** The collection in which a space keeps its rules. Nobody writes to it but the engine. */
export const RULES_COLLECTION = ".acl";
/** The action that reading is, to the rules. */
export const READ_ACTION = "read";

/** How the rules name a record. */
export function itemOf(collection: string, id: string): string {
  return `${collection}.${id}`;
}

export interface StampedRule {
  readonly stamp: number;
  readonly rule: AccessRule;
}

/** Rules of older stamps that are kept compiled: readers who are behind tend to be behind alike. */
const KEPT = 4;

export class SpaceRules {
  readonly #entries: readonly StampedRule[];
  /** What is decided before there is any rule. */
  readonly #before: AccessDecision;
  /** Compiled rules by how many of the entries they hold. */
  readonly #compiled = new Map<number, AccessRules>();
  #latest: AccessRules | undefined;

  /** @param entries in the order of their stamps */
  constructor(entries: readonly StampedRule[], before: AccessDecision) {
    this.#entries = entries;
    this.#before = before;
  }

  get entries(): readonly StampedRule[] {
    return this.#entries;
  }

  /** Decides by the rules up to a stamp, that one included; by all where it is left out. */
  decide(question: AccessQuestion, stamp = Number.MAX_SAFE_INTEGER): AccessDecision {
    const count = this.#countUpTo(stamp);
    return count === 0 && this.#before === "allow" ? "allow" : this.#rules(count).decide(question);
  }

  /** Whether the rules that say what one may do, more than `*`, allow it by themselves. Rarely asked: it looks at each rule. */
  names(question: AccessQuestion): boolean {
    const rules = this.#entries.map(({ rule }) => rule).filter(({ action }) => action !== "*");
    return decideAccess(rules, question) === "allow";
  }

  /** Whether rules held anybody back at a stamp. */
  guardedAt(stamp: number): boolean {
    return this.#before === "deny" || this.#countUpTo(stamp) > 0;
  }

  /** The stamp of the last rule up to a stamp; 0 when there is none. */
  lastUpTo(stamp: number): number {
    return this.#entries[this.#countUpTo(stamp) - 1]?.stamp ?? 0;
  }

  /** The stamp of the first rule after a stamp. */
  firstAfter(stamp: number): number | undefined {
    return this.#entries[this.#countUpTo(stamp)]?.stamp;
  }

  #rules(count: number): AccessRules {
    if (count === this.#entries.length) {
      this.#latest ??= new AccessRules(this.#entries.map(({ rule }) => rule));
      return this.#latest;
    }
    const held = this.#compiled.get(count);
    if (held !== undefined) return held;
    const rules = new AccessRules(this.#entries.slice(0, count).map(({ rule }) => rule));
    for (const key of this.#compiled.keys()) {
      if (this.#compiled.size < KEPT) break;
      this.#compiled.delete(key);
    }
    this.#compiled.set(count, rules);
    return rules;
  }

  #countUpTo(stamp: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && entry.stamp <= stamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
