// What a value must be to become part of a record: checked without recursion, so that no depth can hurt.

import { isWellFormed } from "../platform/index.ts";
/** What is wrong with a value, and where in it. */
export interface JsonProblem {
  readonly code: "invalid" | "too_large";
  /** Dotted path from the value that was checked; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

/** Names that reach into JavaScript's object machinery; no record, field or collection may bear one. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Tells whether no record, field or collection may have this name. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.has(name);
}

/**
 * Finds the first reason why a value cannot be stored: too deep, a number that JSON or a database would
 * change silently, text that is no valid Unicode, a name that reaches into objects.
 */
export function checkJson(value: unknown, maxDepth: number): JsonProblem | undefined {
  const stack: { value: unknown; path: string; depth: number }[] = [{ value, path: "", depth: 1 }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { path } = item;
    const problem = checkScalar(item.value, path);
    if (problem !== undefined) return problem;
    if (typeof item.value !== "object" || item.value === null) continue;
    if (item.depth > maxDepth) {
      return { code: "too_large", path, message: `This is nested deeper than ${maxDepth} levels.` };
    }
    const entries = Array.isArray(item.value) ? item.value.entries() : Object.entries(item.value);
    for (const [key, child] of entries) {
      const childPath = path === "" ? String(key) : `${path}.${key}`;
      if (typeof key === "string") {
        const nameProblem = checkName(key, childPath);
        if (nameProblem !== undefined) return nameProblem;
      }
      stack.push({ value: child, path: childPath, depth: item.depth + 1 });
    }
  }
  return undefined;
}

function checkName(name: string, path: string): JsonProblem | undefined {
  if (isForbiddenName(name)) return { code: "invalid", path, message: "This name is not allowed." };
  if (name === "" || name.length > 256) {
    return { code: "invalid", path, message: "A name has 1 to 256 characters." };
  }
  return checkScalar(name, path);
}

function checkScalar(value: unknown, path: string): JsonProblem | undefined {
  switch (typeof value) {
    case "string":
      if (!isWellFormed(value) || value.includes("\u0000")) {
        return {
          code: "invalid",
          path,
          message: "This text is not valid Unicode, or has a NUL character.",
        };
      }
      return undefined;
    case "number":
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
        return {
          code: "invalid",
          path,
          message: "This number cannot be kept exactly; write numbers beyond 2^53 - 1 as text.",
        };
      }
      return undefined;
    case "boolean":
    case "object":
      return undefined;
    default:
      return { code: "invalid", path, message: `A ${typeof value} is not JSON.` };
  }
}
