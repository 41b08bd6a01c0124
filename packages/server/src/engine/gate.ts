// A gate: who may sync at all, whatever the app and the protocol. Billing is one.

import { SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";

export interface GateDefinition {
  /**
   * Whether a user may sync. It answers in bounded time; where it throws, the user may: nobody is kept from his own
   * data because somebody else's service is away.
   */
  ask(principal: Principal): Promise<boolean>;
  /** How long an answer holds; 5 minutes where left out. */
  readonly cacheMs?: number;
}

export interface GateOptions {
  now(): number;
  /** What became of a question: asked of `ask`, not of what it had answered before. */
  asked(outcome: "allowed" | "refused" | "failed", thrown?: unknown): void;
}

/** Lets a user pass. @throws {SynclineError} `payment_required` */
export type PassGate = (principal: Principal) => Promise<void>;

const CACHE_MS = 5 * 60_000;
/** An answer that takes longer is not waited for the next time, until one comes sooner. */
const SLOW_MS = 250;
const MAX_USERS = 50_000;

interface Answer {
  readonly allows: boolean;
  readonly untilMs: number;
}

export function createGate(definition: GateDefinition | undefined, options: GateOptions): PassGate {
  if (definition === undefined) return async () => {};
  const { ask, cacheMs = CACHE_MS } = definition;
  const answers = new Map<string, Answer>();
  const asking = new Map<string, Promise<boolean>>();
  /** Whether who answers was slow the last time: then users pass meanwhile, as they do where nobody answers. */
  let isSlow = false;

  async function question(principal: Principal): Promise<boolean> {
    const { userId } = principal;
    const began = options.now();
    try {
      const allows = await ask(principal);
      options.asked(allows ? "allowed" : "refused");
      answers.delete(userId);
      answers.set(userId, { allows, untilMs: options.now() + cacheMs });
      const [oldest] = answers.keys();
      if (answers.size > MAX_USERS && oldest !== undefined) answers.delete(oldest);
      return allows;
    } catch (thrown) {
      options.asked("failed", thrown);
      return true;
    } finally {
      asking.delete(userId);
      isSlow = options.now() - began > SLOW_MS;
    }
  }

  return async (principal) => {
    if (principal.operator === true) return;
    const { userId } = principal;
    const held = answers.get(userId);
    if (held !== undefined && held.untilMs > options.now()) {
      if (held.allows) return;
      throw refused();
    }
    // One question at a time for a user: who asks meanwhile waits for its answer.
    const answer = asking.get(userId) ?? question(principal);
    asking.set(userId, answer);
    // Whoever was refused waits: it may only have been away for a while.
    if (isSlow && held?.allows !== false) return;
    const allows = await answer;
    if (!allows) throw refused();
  };
}

function refused(): SynclineError {
  return new SynclineError("payment_required", "Sync is not active for this account.");
}
