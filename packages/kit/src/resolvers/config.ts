// Rules that an operator writes: the original's files, as JSON or YAML, read to the last member or refused with its path.

import { SynclineError } from "@syncline/core";
import type { ConflictResolver } from "../ports.ts";
import { fieldMerge } from "./field-merge.ts";
import { type RuleGroup, rulesOfGroups } from "./groups.ts";
import {
  aggregateIdIs,
  allOf,
  anyOf,
  createRuleResolver,
  eventTypeIs,
  fieldChanged,
  type Matcher,
  type Rule,
  type RuleHooks,
} from "./rules.ts";
import { additiveMerge, firstWriteWins, lastWriteWins, manualReview } from "./strategies.ts";

export interface RuleConfigOptions {
  /** Strategies of the app's own, by the names that files have for them, in whatever case. */
  readonly resolvers?: { readonly [name: string]: ConflictResolver };
  /** What `custom_match` names. */
  readonly matchers?: { readonly [name: string]: Matcher };
  readonly hooks?: RuleHooks;
}

/** How a strategy is made of its `options`. */
type Strategy = (options: Members) => ConflictResolver;
type Members = { readonly [name: string]: unknown };

/** For people and their programs; nothing is decided by it. */
const NOTES = ["description", "metadata"];

const STRATEGIES: { readonly [name: string]: Strategy } = {
  last_write_wins: plain(lastWriteWins),
  lww: plain(lastWriteWins),
  first_write_wins: plain(firstWriteWins),
  fww: plain(firstWriteWins),
  additive_merge: plain(additiveMerge),
  merge: plain(additiveMerge),
  field_merge: plain(fieldMerge),
  manual_review: review,
  manual: review,
};

/**
 * Reads a text to what `createRuleConfigResolver` takes. YAML is read by the package `yaml`, which is asked for then only.
 * @throws {SynclineError} `config` for a text that is not what it is said to be, or without the package `yaml`
 */
export async function parseRuleConfig(text: string, format: "json" | "yaml"): Promise<unknown> {
  try {
    if (format === "json") return JSON.parse(text);
    const { parse } = await import("yaml");
    return parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw new SynclineError("config", `The rules cannot be read as ${format}: ${why}`, { cause });
  }
}

/**
 * The resolver of a file of rules. Rules that stand outside of groups are tried first, and in each place those of greater
 * `priority` before others. A list in `conditions` is met by any of its entries, and a rule when all of its lists are.
 * @throws {SynclineError} `config` with the path of what is wrong, unknown, or would do nothing here
 */
export function createRuleConfigResolver(
  config: unknown,
  options: RuleConfigOptions = {},
): ConflictResolver {
  const read = reader(options);
  const { version, name, settings, rules, groups } = members(config, "", [
    ...["version", "name", "settings", "rules", "groups"],
    ...NOTES,
  ]);
  // In YAML, 1.0 is a number.
  for (const [path, note] of Object.entries({ version, name }))
    if (note !== undefined && !["string", "number"].includes(typeof note))
      throw wrong(path, "a text");
  const { default_fallback: fallback } = members(settings ?? {}, "settings", ["default_fallback"]);
  return createRuleResolver({
    rules: [...read.rules(rules, "rules"), ...rulesOfGroups(read.groups(groups, "groups"))],
    ...(fallback === undefined
      ? {}
      : { fallback: read.strategy(fallback, "settings.default_fallback") }),
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
  });
}

function reader({ resolvers = {}, matchers = {} }: RuleConfigOptions) {
  const own = Object.entries(resolvers).map(
    ([name, one]) => [name.toLowerCase(), plain(one)] as const,
  );
  const strategies = new Map([...Object.entries(STRATEGIES), ...own]);

  function strategy(name: unknown, path: string, options: Members = {}): ConflictResolver {
    const make = strategies.get(String(name).toLowerCase());
    if (make !== undefined)
      return located(() => make(options), path.replace(/strategy$/, "options"));
    throw refuse(
      path,
      `There is no strategy ${JSON.stringify(name)}: ${[...strategies.keys()].join(", ")}.`,
    );
  }
  function rules(value: unknown, path: string): Rule[] {
    const found = list(value, path).map((item, index) => rule(item, `${path}.${index}`));
    // Equal ones stay in their order.
    return found
      .filter(({ enabled }) => enabled)
      .sort((a, b) => b.priority - a.priority)
      .map(({ rule }) => rule);
  }
  function rule(value: unknown, path: string) {
    const known = ["name", "enabled", "priority", "conditions", "resolution", ...NOTES];
    const {
      name,
      enabled = true,
      priority = 0,
      conditions,
      resolution,
    } = members(value, path, known);
    if (typeof name !== "string" || name === "") throw wrong(`${path}.name`, "a text");
    if (typeof enabled !== "boolean") throw wrong(`${path}.enabled`, "true or false");
    if (typeof priority !== "number") throw wrong(`${path}.priority`, "a number");
    const at = `${path}.resolution`;
    const { strategy: asked, options = {} } = members(resolution, at, ["strategy", "options"]);
    const resolver = strategy(asked, `${at}.strategy`, objectOf(options, `${at}.options`));
    const when = matcher(conditions ?? {}, `${path}.conditions`);
    return { enabled, priority, rule: { name, when, resolver } };
  }
  function matcher(value: unknown, path: string): Matcher {
    const known = ["event_types", "aggregate_ids", "fields", "custom_match"];
    const conditions = members(value, path, known);
    const all: Matcher[] = [];
    const anyIn = (name: string, match: (texts: readonly string[]) => Matcher) => {
      const texts = list(conditions[name], `${path}.${name}`);
      if (!texts.every((text) => typeof text === "string"))
        throw wrong(`${path}.${name}`, "a list of texts");
      if (texts.length > 0) all.push(match(texts));
    };
    anyIn("event_types", (types) => eventTypeIs(...types));
    anyIn("aggregate_ids", (ids) => anyOf(...ids.map(aggregateIdIs)));
    anyIn("fields", (fields) => fieldChanged(...fields));
    const { custom_match: named } = conditions;
    if (named !== undefined) {
      const own = typeof named === "string" && Object.hasOwn(matchers, named) && matchers[named];
      if (!own)
        throw refuse(`${path}.custom_match`, `There is no matcher ${JSON.stringify(named)}.`);
      all.push(own);
    }
    return allOf(...all);
  }
  function groups(value: unknown, path: string): RuleGroup[] {
    return list(value, path).map((item, index) => group(item, `${path}.${index}`));
  }
  function group(value: unknown, path: string): RuleGroup {
    const known = ["name", "enabled", "fallback", "rules", "subgroups", ...NOTES];
    const { name, enabled = true, fallback, ...rest } = members(value, path, known);
    if (typeof name !== "string" || name === "") throw wrong(`${path}.name`, "a text");
    if (typeof enabled !== "boolean") throw wrong(`${path}.enabled`, "true or false");
    return {
      name,
      enabled,
      rules: rules(rest["rules"], `${path}.rules`),
      groups: groups(rest["subgroups"], `${path}.subgroups`),
      ...(fallback === undefined ? {} : { fallback: strategy(fallback, `${path}.fallback`) }),
    };
  }
  return { strategy, rules, groups };
}

function plain(resolver: ConflictResolver): Strategy {
  return (options) => {
    members(options, "", []);
    return resolver;
  };
}

function review(options: Members): ConflictResolver {
  const { reason } = members(options, "", ["reason"]);
  if (reason !== undefined && typeof reason !== "string") throw wrong("reason", "a text");
  return manualReview(reason);
}

/** Says of an error in a part where the part is. */
function located<Result>(read: () => Result, path: string): Result {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof SynclineError)) throw thrown;
    throw refuse(`${path}.${thrown.path}`, thrown.message);
  }
}

/** The members of an object, which has no others than those that are known. */
function members(value: unknown, path: string, known: readonly string[]): Members {
  const object = objectOf(value, path);
  const unknown = Object.keys(object).find((name) => !known.includes(name));
  if (unknown === undefined) return object;
  throw refuse(
    path === "" ? unknown : `${path}.${unknown}`,
    `${JSON.stringify(unknown)} is not known here.`,
  );
}

function objectOf(value: unknown, path: string): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members; // any name may be asked for
  throw wrong(path, "an object");
}

function list(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(path, "a list");
  return value;
}

function wrong(path: string, expected: string): SynclineError {
  return refuse(path, `${path === "" ? "A file of rules" : path} must be ${expected}.`);
}

function refuse(path: string, message: string): SynclineError {
  return new SynclineError("config", message, path === "" ? {} : { path });
}
