// Commits by the access rules as they are while the space is locked.

import { type RecordKey, SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { LoadedSpace, Role, SpaceWrites, Store } from "../store/port.ts";
import { forbidden, newSpace } from "./admit.ts";
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
  decide(
    loaded: LoadedSpace,
    right: Right,
  ): { readonly writes?: SpaceWrites; readonly result: Decision };
}

/** What the writer may do, as it is while the space is locked. */
export interface Right {
  /** The rules that hold the writer back; undefined: none do. */
  readonly rules: SpaceRules | undefined;
  readonly role: Role;
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
  { admitted, app, records, clientId, decide }: RuledCommit<Decision>,
  { store, queue, guard, environment, events }: RuledCommitOptions,
): Promise<Decision> {
  const { space, userId, byMembership } = admitted;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const attempt = await queue.commit<Attempt<Decision>>({
      space,
      create: newSpace(environment),
      records,
      ...(clientId === undefined ? {} : { client: { userId, clientId } }),
      ...(byMembership ? { member: userId } : {}),
      decide(loaded) {
        try {
          if (loaded === undefined)
            throw new SynclineError("not_found", "This space does not exist any more.");
          const role = roleNow(admitted, app, loaded);
          const known = role === "owner" ? "open" : guard.known(app, loaded.head);
          if (known === "stale") return { result: { type: "stale" } };
          const rules = known === "open" ? undefined : known;
          const { writes, result } = decide(loaded, { rules, role });
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

/** @throws {SynclineError} `forbidden` for who was removed since being admitted */
function roleNow(
  { role, byMembership, address }: Admitted,
  app: AppDefinition | undefined,
  loaded: LoadedSpace,
): Role {
  if (!byMembership) return role;
  const now = loaded.role ?? (address.name.startsWith("~") ? undefined : app?.everyone);
  if (now === undefined) throw forbidden();
  return now;
}

function refusalOf(thrown: unknown, events: EngineEvents): SynclineError {
  if (thrown instanceof SynclineError) return thrown;
  events.failed("a push", thrown);
  return new SynclineError("internal", undefined, { cause: thrown });
}
