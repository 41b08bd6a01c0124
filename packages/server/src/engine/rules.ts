// Adding rules to a space and listing them.

import {
  type AccessRule,
  isId,
  parseRule,
  ROOT_USER,
  recordKeyToText,
  SynclineError,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { Admitted, NewRule, RuleEntry } from "./contract.ts";
import { fieldsToRule, readRules, ruleToFields } from "./rule-records.ts";
import { commitByRules, type RuledCommitOptions } from "./ruled-commit.ts";
import { serverWrites } from "./server-writes.ts";
import { READ_ACTION, RULES_COLLECTION } from "./space-rules.ts";

const MAX_RULES = 1_000;
const ADD_ACTION = ".acl.addRule";

/**
 * Adds rules. One whose id is there already stays as it was.
 * @returns those that were added, and the space's stamp after them
 * @throws {SynclineError} `invalid` with the path of the part that is wrong; `forbidden`
 */
export async function addRules(
  admitted: Admitted,
  app: AppDefinition | undefined,
  rules: readonly NewRule[],
  options: RuledCommitOptions,
): Promise<{ readonly entries: readonly RuleEntry[]; readonly stamp: number }> {
  const { environment } = options;
  const { userId } = admitted;
  if (rules.length === 0 || rules.length > MAX_RULES) {
    throw new SynclineError("invalid", `Give 1 to ${MAX_RULES} rules at a time.`, {
      path: "rules",
    });
  }
  const atMs = environment.now();
  const given = rules.map(({ id, rule, atMs: givenMs = atMs }, index) => {
    if (id !== undefined && !isId(id))
      throw new SynclineError("invalid", "This is no id.", { path: `rules.${index}.id` });
    return {
      collection: RULES_COLLECTION,
      id: id ?? environment.randomId(),
      fields: ruleToFields(checked(rule, index), { by: userId, atMs: givenMs }),
    };
  });
  return await commitByRules(
    {
      admitted,
      app,
      records: given,
      decide(loaded, { rules: held, role }) {
        const question = { user: userId, item: RULES_COLLECTION, action: ADD_ACTION };
        const may = role === "owner" || userId === ROOT_USER || held?.decide(question) === "allow";
        if (!may) throw forbidden();
        const fresh = given.filter((key) => !loaded.records.has(recordKeyToText(key)));
        const { writes, written } = serverWrites(loaded, fresh, { wallMs: atMs, by: userId });
        const entries = written.map(({ id, fields, stamp }) => fieldsToRule(id, fields, stamp));
        return { writes, result: { entries, stamp: writes.head.stamp } };
      },
    },
    options,
  );
}

/**
 * The rules of a space in the order in which they were added.
 * @throws {SynclineError} `forbidden`
 */
export async function listRules(
  { space, role, userId }: Admitted,
  app: AppDefinition | undefined,
  { store, guard }: RuledCommitOptions,
): Promise<RuleEntry[]> {
  const head = await store.head(space);
  if (head === undefined) return [];
  const rules = await guard.rules(app, head);
  const question = { user: userId, item: RULES_COLLECTION, action: READ_ACTION };
  if (role !== "owner" && rules?.decide(question) !== "allow") throw forbidden();
  return [...(await readRules(store, space, 0)).entries];
}

function checked(rule: AccessRule, index: number): AccessRule {
  try {
    return parseRule(rule);
  } catch (thrown) {
    if (!(thrown instanceof SynclineError)) throw thrown;
    const at = `rules.${index}`;
    throw new SynclineError("invalid", thrown.message, {
      path: thrown.path === undefined ? at : `${at}.${thrown.path}`,
    });
  }
}

function forbidden(): SynclineError {
  return new SynclineError("forbidden", "You have no right to this in this space.");
}
