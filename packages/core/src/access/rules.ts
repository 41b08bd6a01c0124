// Access rules, the definition: who may do what to which thing, as people read it. compile.ts gives the same answers fast.

import { SynclineError } from "../errors/error.ts";

/** One rule. A pattern is an exact text, `*`, or a beginning followed by `*`: `list.*`. */
export interface AccessRule {
  readonly user: string;
  readonly item: string;
  readonly action: string;
  readonly type: "allow" | "deny";
}

/** Who wants to do what to which thing. */
export interface AccessQuestion {
  readonly user: string;
  readonly item: string;
  readonly action: string;
}

export type AccessDecision = AccessRule["type"];

/** The user whom no rule holds back. */
export const ROOT_USER = ".root";

const PARTS = ["user", "item", "action"] as const;
/** More than any user id, record address or action has. */
const PATTERN_LENGTH = 512;

/** What is wrong with a rule, and where; undefined when nothing is. */
export interface RuleProblem {
  readonly path: (typeof PARTS)[number] | "type" | "";
  readonly message: string;
}

/**
 * Looks at something that may be a rule.
 * @returns the first problem: of user, item, action, type, in this order
 */
export function checkRule(value: unknown): RuleProblem | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { path: "", message: "a rule is an object with user, item, action and type" };
  const given: { readonly [name: string]: unknown } = { ...value };
  for (const part of PARTS) {
    const problem = problemOfPattern(given[part]);
    if (problem !== undefined) return { path: part, message: `${part} pattern ${problem}` };
  }
  const type = given["type"];
  if (type !== "allow" && type !== "deny")
    return { path: "type", message: "type must be either 'allow' or 'deny'" };
  return undefined;
}

function problemOfPattern(pattern: unknown): string | undefined {
  if (pattern === undefined || pattern === null || pattern === "") return "cannot be empty";
  if (typeof pattern !== "string") return "must be a text";
  if (hasControlCharacter(pattern)) return "contains invalid control characters";
  const star = pattern.indexOf("*");
  if (star !== -1 && star !== pattern.length - 1) return "can have at most one wildcard at the end";
  if (pattern.length > PATTERN_LENGTH) return `is longer than ${PATTERN_LENGTH} characters`;
  return undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/**
 * Reads a rule; other members than the four are left out.
 * @throws {SynclineError} `invalid` with the path of the part that is wrong
 */
export function parseRule(value: unknown): AccessRule {
  const problem = checkRule(value);
  if (problem !== undefined)
    throw new SynclineError(
      "invalid",
      problem.message,
      problem.path === "" ? {} : { path: problem.path },
    );
  // Checked above, part by part.
  const { user, item, action, type } = value as AccessRule;
  return { user, item, action, type };
}

/**
 * Decides by the definition. Of the rules that match, the most specific item decides; among those the most
 * specific user, then action, then the rule that was added last. Without a rule that matches: deny. An exact
 * text is as specific as it is long; a beginning is as specific as its length with the `*`, less a half.
 * @param rules in the order in which they were added
 */
export function decideAccess(
  rules: readonly AccessRule[],
  question: AccessQuestion,
): AccessDecision {
  if (question.user === ROOT_USER) return "allow";
  let winner: AccessRule | undefined;
  for (const rule of rules) {
    if (!PARTS.every((part) => matches(rule[part], question[part]))) continue;
    if (winner === undefined || !outranks(winner, rule)) winner = rule;
  }
  return winner?.type ?? "deny";
}

function matches(pattern: string, text: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** Whether the first is more specific than the second. */
function outranks(first: AccessRule, second: AccessRule): boolean {
  for (const part of ["item", "user", "action"] as const) {
    const difference = specificity(first[part]) - specificity(second[part]);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function specificity(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length - 0.5 : pattern.length;
}
