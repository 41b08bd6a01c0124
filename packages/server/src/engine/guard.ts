// The guard: which access rules hold in a space now. They are kept compiled, and known by their digest in the space's head.

import { SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { SpaceHead, Store } from "../store/port.ts";
import { readRules } from "./rule-records.ts";
import { RULES_COLLECTION, SpaceRules } from "./space-rules.ts";

/** What is known of a space's rules: none guard it; or they changed since they were read. */
export type Guarded = SpaceRules | "open" | "stale";

export interface Guard {
  /** The rules as the head knows them, without reading anything. */
  known(app: AppDefinition | undefined, head: SpaceHead): Guarded;
  /** The rules at least as new as the head; undefined where none guard the space. */
  rules(app: AppDefinition | undefined, head: SpaceHead): Promise<SpaceRules | undefined>;
}

interface Held {
  readonly epoch: string;
  readonly digest: string;
  readonly rules: SpaceRules;
}

const MAX_SPACES = 256;
/** How often rules are read again because they changed while they were read. */
const MAX_TRIES = 8;

export function createGuard(store: Store): Guard {
  const held = new Map<string, Held>();

  function keep(space: string, entry: Held): SpaceRules {
    held.delete(space);
    held.set(space, entry);
    const [oldest] = held.keys();
    if (held.size > MAX_SPACES && oldest !== undefined) held.delete(oldest);
    return entry.rules;
  }

  async function read(app: AppDefinition | undefined, wanted: SpaceHead): Promise<SpaceRules> {
    const unruled = app?.rules?.always === true ? "deny" : "allow";
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const old = held.get(wanted.space);
      // Rules are only added: what was read of the same history stays.
      const before = old === undefined || old.epoch !== wanted.epoch ? [] : old.rules.entries;
      const { head, entries: added } = await readRules(
        store,
        wanted.space,
        before.at(-1)?.stamp ?? 0,
      );
      const entries = [...before, ...added];
      const tally = head.tallies[RULES_COLLECTION];
      if (head.epoch !== wanted.epoch || (tally?.count ?? 0) !== entries.length) {
        held.delete(wanted.space);
        if (head.epoch !== wanted.epoch)
          throw new SynclineError("unavailable", "The space was replaced: ask again.", {
            retryAfter: 0,
          });
        continue;
      }
      const rules = new SpaceRules(entries, unruled);
      return keep(wanted.space, { epoch: head.epoch, digest: tally?.digest ?? "", rules });
    }
    throw new SynclineError("unavailable", "The rules of this space change all the time.", {
      retryAfter: 1,
    });
  }

  function known(app: AppDefinition | undefined, head: SpaceHead): Guarded {
    const digest = head.tallies[RULES_COLLECTION]?.digest;
    if (digest === undefined && app?.rules?.always !== true) return "open";
    const entry = held.get(head.space);
    if (entry === undefined || entry.epoch !== head.epoch || entry.digest !== (digest ?? ""))
      return "stale";
    return keep(head.space, entry);
  }

  return {
    known,
    async rules(app, head) {
      const rules = known(app, head);
      if (rules === "open") return undefined;
      if (rules !== "stale") return rules;
      const digest = head.tallies[RULES_COLLECTION]?.digest ?? "";
      const entry = held.get(head.space);
      // A page may be older than what was read since: its rules are a beginning of those.
      const newer =
        entry !== undefined &&
        entry.epoch === head.epoch &&
        entry.digest !== digest &&
        entry.rules.entries.length > (head.tallies[RULES_COLLECTION]?.count ?? 0);
      return newer ? entry.rules : await read(app, head);
    },
  };
}
