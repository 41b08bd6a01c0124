// Commits by the access rules as they are while the space is locked.

import { type RecordKey, SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { LoadedSpace, SpaceWrites, Store } from "../store/port.ts";
import { newSpace } from "./admit.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { Admitted } from "./contract.ts";
import type { EngineEnvironment, EngineEvents } from "./environment.ts";
import type { Guard } from "./guard.ts";
import type { SpaceRules } from "./space-rules.ts";

export interface RuledCommitOptions {
  readonly store: Store;
  readonly queue: CommitQueue;
  readonly guard: Guard;
  readonly environment: EngineEnvironment;
  readonly events: EngineEvents;
}

/** What is to be committed for somebody who was admitted. */
export interface RuledCommit<Decision> {
  readonly admitted: Admitted;
  readonly app: AppDefinition | undefined;
  readonly records: readonly RecordKey[];
  /** A client of the one who was admitted. */
  readonly clientId?: string;
  /** @param rules those that hold the writer back; undefined: none do */
  decide(
    loaded: LoadedSpace,
    rules: SpaceRules | undefined,
  ): { readonly writes?: SpaceWrites; readonly result: Decision };
}

type Attempt<Decision> =
  | { readonly type: "decided"; readonly decision: Decision }
  | { readonly type: "refused"; readonly error: SynclineError }
  | { readonly type: "stale" };

/** Rules that change while they are asked are asked again; not without end. */
const MAX_TRIES = 8;

/**
 * Waits for its turn, decides by the space's rules, and commits.
 * @throws {SynclineError} what the decision throws; `internal` for anything else that it throws
 */
export async function commitByRules<Decision>(
  { admitted: { space, role, userId }, app, records, clientId, decide }: RuledCommit<Decision>,
  { store, queue, guard, environment, events }: RuledCommitOptions,
): Promise<Decision> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const attempt = await queue.commit<Attempt<Decision>>({
      space,
      create: newSpace(environment),
      records,
      ...(clientId === undefined ? {} : { client: { userId, clientId } }),
      decide(loaded) {
        try {
          if (loaded === undefined)
            throw new SynclineError("not_found", "This space does not exist any more.");
          const rules = role === "owner" ? "open" : guard.known(app, loaded.head);
          if (rules === "stale") return { result: { type: "stale" } };
          const { writes, result } = decide(loaded, rules === "open" ? undefined : rules);
          return {
            ...(writes === undefined ? {} : { writes }),
            result: { type: "decided", decision: result },
          };
        } catch (thrown) {
          // A push whose decision throws is refused by itself: the group that it is committed with goes on.
          return { result: { type: "refused", error: refusalOf(thrown, events) } };
        }
      },
    });
    if (attempt.type === "refused") throw attempt.error;
    if (attempt.type === "decided") return attempt.decision;
    const head = await store.head(space);
    if (head !== undefined) await guard.rules(app, head);
  }
  throw new SynclineError("unavailable", "The rules of this space change all the time.", {
    retryAfter: 1,
  });
}

function refusalOf(thrown: unknown, events: EngineEvents): SynclineError {
  if (thrown instanceof SynclineError) return thrown;
  events.failed("a push", thrown);
  return new SynclineError("internal", undefined, { cause: thrown });
}
