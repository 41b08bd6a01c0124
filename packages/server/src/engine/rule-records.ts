// The records in which a space keeps its rules, as the engine wrote them.

import { type AccessRule, parseRule, SynclineError } from "@syncline/core";
import type { SpaceHead, Store } from "../store/port.ts";
import type { RuleEntry } from "./contract.ts";
import { RULES_COLLECTION } from "./space-rules.ts";

/** What of a rule's record is not the rule. */
interface Added {
  readonly by: string;
  readonly atMs: number;
}

export function ruleToFields(rule: AccessRule, { by, atMs }: Added) {
  return { ...rule, by, atMs };
}

export function fieldsToRule(
  id: string,
  fields: { readonly [name: string]: unknown },
  stamp: number,
): RuleEntry {
  const { by, atMs } = fields;
  return { id, rule: parseRule(fields), by: String(by), atMs: Number(atMs), stamp };
}

/**
 * Reads the rules after a stamp, in the order in which they were added.
 * @returns the head of the last page's snapshot
 * @throws {SynclineError} `not_found`
 */
export async function readRules(
  store: Store,
  space: string,
  after: number,
): Promise<{ readonly head: SpaceHead; readonly entries: readonly RuleEntry[] }> {
  const entries: RuleEntry[] = [];
  for (;;) {
    const page = await store.page({
      space,
      after: entries.at(-1)?.stamp ?? after,
      tombstonesAfter: Number.MAX_SAFE_INTEGER,
      limit: 5_000,
      maxBytes: 4 * 1024 * 1024,
      collections: [RULES_COLLECTION],
      separator: ",",
    });
    if (page === undefined)
      throw new SynclineError("not_found", "This space does not exist any more.");
    // Written by the engine, which checked each rule.
    const records = JSON.parse(`[${page.changes}]`) as {
      readonly id: string;
      readonly stamp: number;
      readonly fields: { readonly [name: string]: unknown };
    }[];
    for (const { id, fields, stamp } of records) entries.push(fieldsToRule(id, fields, stamp));
    if (!page.more) return { head: page.head, entries };
  }
}
