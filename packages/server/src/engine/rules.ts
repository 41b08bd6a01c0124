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
import type { Principal } from "../auth/principal.ts";
import type { Store } from "../store/port.ts";
import { newSpace } from "./admit.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { Admitted, NewRule, RuleEntry } from "./contract.ts";
import type { EngineEnvironment } from "./environment.ts";
import type { Guard } from "./guard.ts";
import { serverWrites } from "./server-writes.ts";
import { READ_ACTION, RULES_COLLECTION } from "./space-rules.ts";

export interface RuleOptions {
  readonly store: Store;
  readonly queue: CommitQueue;
  readonly guard: Guard;
  readonly environment: EngineEnvironment;
  /** Tells of a commit. */
  committed(space: string, stamp: number): void;
}

const MAX_RULES = 1_000;
const ADD_ACTION = ".acl.addRule";
/** Rules that change while they are asked are asked again; not without end. */
const MAX_TRIES = 8;

type AddOutcome =
  | { readonly type: "added"; readonly entries: RuleEntry[]; readonly stamp: number }
  | { readonly type: "refused"; readonly error: SynclineError }
  | { readonly type: "stale" };

/**
 * Adds rules.
 * @throws {SynclineError} `invalid` with the path of the part that is wrong; `forbidden`
 */
export async function addRules(
  { space, role }: Admitted,
  app: AppDefinition | undefined,
  { userId }: Principal,
  rules: readonly NewRule[],
  { queue, guard, store, environment, committed }: RuleOptions,
): Promise<RuleEntry[]> {
  if (rules.length === 0 || rules.length > MAX_RULES) {
    throw new SynclineError("invalid", `Give 1 to ${MAX_RULES} rules at a time.`, {
      path: "rules",
    });
  }
  const given = rules.map(({ id, rule }, index) => {
    if (id !== undefined && !isId(id))
      throw new SynclineError("invalid", "This is no id.", { path: `rules.${index}.id` });
    return { id: id ?? environment.randomId(), rule: checked(rule, index) };
  });
  const atMs = environment.now();
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const outcome = await queue.commit<AddOutcome>({
      space,
      create: newSpace(environment),
      records: given.map(({ id }) => ({ collection: RULES_COLLECTION, id })),
      decide(loaded) {
        if (loaded === undefined) return { result: { type: "refused", error: gone() } };
        const held = guard.known(app, loaded.head);
        if (role !== "owner" && userId !== ROOT_USER) {
          if (held === "stale") return { result: { type: "stale" } };
          const may =
            held !== "open" &&
            held.decide({ user: userId, item: RULES_COLLECTION, action: ADD_ACTION }) === "allow";
          if (!may) return { result: { type: "refused", error: forbidden() } };
        }
        // What was added before under the same id stays as it was.
        const fresh = given.filter(
          ({ id }) => !loaded.records.has(recordKeyToText({ collection: RULES_COLLECTION, id })),
        );
        const { writes, written } = serverWrites(
          loaded,
          fresh.map(({ id, rule }) => ({
            collection: RULES_COLLECTION,
            id,
            fields: { ...rule, by: userId, atMs },
          })),
          { wallMs: environment.now(), by: userId },
        );
        const entries = written.map(({ id, fields, stamp }) => entryOf(id, fields, stamp));
        return { writes, result: { type: "added", entries, stamp: writes.head.stamp } };
      },
    });
    if (outcome.type === "refused") throw outcome.error;
    if (outcome.type === "added") {
      if (outcome.entries.length > 0) committed(space, outcome.stamp);
      return outcome.entries;
    }
    const head = await store.head(space);
    if (head !== undefined) await guard.rules(app, head);
  }
  throw new SynclineError("unavailable", "The rules of this space change all the time.", {
    retryAfter: 1,
  });
}

/**
 * The rules of a space in the order in which they were added.
 * @throws {SynclineError} `forbidden`
 */
export async function listRules(
  { space, role }: Admitted,
  app: AppDefinition | undefined,
  { userId }: Principal,
  { store, guard }: RuleOptions,
): Promise<RuleEntry[]> {
  const head = await store.head(space);
  if (head === undefined) return [];
  const rules = await guard.rules(app, head);
  const question = { user: userId, item: RULES_COLLECTION, action: READ_ACTION };
  if (role !== "owner" && rules?.decide(question) !== "allow") throw forbidden();
  const entries: RuleEntry[] = [];
  for (;;) {
    const page = await store.page({
      space,
      after: entries.at(-1)?.stamp ?? 0,
      tombstonesAfter: Number.MAX_SAFE_INTEGER,
      limit: 5_000,
      maxBytes: 4 * 1024 * 1024,
      collections: [RULES_COLLECTION],
      separator: ",",
    });
    if (page === undefined) return entries;
    // Written by the engine, which checked each rule.
    const records = JSON.parse(`[${page.changes}]`) as {
      id: string;
      stamp: number;
      fields: { [name: string]: unknown };
    }[];
    for (const { id, fields, stamp } of records) entries.push(entryOf(id, fields, stamp));
    if (!page.more) return entries;
  }
}

function entryOf(
  id: string,
  fields: { readonly [name: string]: unknown },
  stamp: number,
): RuleEntry {
  const { by, atMs } = fields;
  return { id, rule: parseRule(fields), by: String(by), atMs: Number(atMs), stamp };
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

function gone(): SynclineError {
  return new SynclineError("not_found", "This space does not exist any more.");
}
