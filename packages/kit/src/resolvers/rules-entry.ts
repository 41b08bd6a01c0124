// @syncline/kit/rules: rules in groups, and rules from JSON or YAML.

export { createRuleConfigResolver, parseRuleConfig, type RuleConfigOptions } from "./config.ts";
export { type RuleGroup, rulesOfGroups } from "./groups.ts";
