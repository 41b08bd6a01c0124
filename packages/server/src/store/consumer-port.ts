// The part of a store that remembers how far background work has come: checkpoints, leases, dead letters.

import type { HistoryEntry } from "./port.ts";

/** A consumer's hold of a space: whoever has a later `fence` has taken it over. It begins with the time, so that it comes again after no `forget`. */
export interface Claim {
  readonly consumer: string;
  readonly space: string;
  readonly fence: number;
  /** History up to this stamp is done. */
  readonly checkpoint: number;
  /** Failures of what follows the checkpoint. */
  readonly attempts: number;
  /** Milliseconds since 1970: when the space is to be looked at, whatever is committed; null: no need to. */
  readonly dueMs: number | null;
}

export interface ClaimRequest {
  readonly consumer: string;
  /** Where a space begins that the consumer never had. */
  readonly startAt: number;
  readonly leaseMs: number;
  readonly limit: number;
  /** What time it is for alarms, in milliseconds since 1970. */
  readonly atMs: number;
  /** Only these spaces; all where left out. */
  readonly spaces?: readonly string[];
  /** Only spaces of these apps; of all where left out. */
  readonly apps?: readonly string[];
}

/** An entry that could not be handled, kept until somebody has it tried again. */
export interface DeadLetter {
  readonly consumer: string;
  readonly space: string;
  readonly entry: HistoryEntry;
  readonly attempts: number;
  /** What the last attempt said. */
  readonly error: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Whether it is to be tried again. */
  readonly again: boolean;
}

export interface ConsumerProgress {
  readonly consumer: string;
  /** Spaces with history that was not handled. */
  readonly behind: number;
  readonly deadLetters: number;
}

/**
 * Promises:
 * - [CN1] A space is claimed by one at a time; when its lease has run out, or was given back, by the next.
 * - [CN2] Only spaces with work are claimed: history behind the checkpoint, letters to be tried again, or an alarm
 *   whose time has come; and none before the time that `fail` has set. `waiting` names the same.
 * - [CN3] A claim that was taken over moves nothing: every method that takes one says so with false.
 * - [CN4] `advance` never moves a checkpoint back, and makes attempts 0.
 * - [CN5] `bury` keeps the letter and moves the checkpoint, or does neither.
 * - [CN6] Letters come back as they were written, oldest first.
 * - [CN7] `register` keeps the first stamp that it was given.
 * - [CN8] An alarm stays until another is set: whoever dies over it finds it again.
 */
export interface ConsumerStore {
  /** @returns where the consumer begins: what the first call said */
  register(consumer: string, startAt: number): Promise<number>;
  claim(request: ClaimRequest): Promise<Claim[]>;
  /** Spaces that could be claimed now, those that wait longest first. */
  waiting(request: Omit<ClaimRequest, "leaseMs" | "spaces">): Promise<string[]>;
  renew(claim: Claim, leaseMs: number): Promise<boolean>;
  /** @param dueMs sets the space's alarm, or none with null; it stays as it is where left out */
  advance(claim: Claim, checkpoint: number, dueMs?: number | null): Promise<boolean>;
  /** Counts a failure, gives the space back, and lets nobody have it before the time given. */
  fail(claim: Claim, retryInMs: number): Promise<boolean>;
  /** Puts the entry behind the checkpoint aside. */
  bury(claim: Claim, letter: Pick<DeadLetter, "entry" | "attempts" | "error">): Promise<boolean>;
  /** A letter that was tried again: handled (null), or refused once more. */
  settle(claim: Claim, stamp: number, error: string | null): Promise<boolean>;
  /** Gives the space back. */
  release(claim: Claim): Promise<void>;
  letters(query: {
    readonly consumer?: string;
    readonly space?: string;
    readonly again?: true;
    readonly limit: number;
  }): Promise<DeadLetter[]>;
  /** Has letters tried again; @returns how many */
  revive(query: {
    readonly consumer: string;
    readonly space?: string;
    readonly stamp?: number;
  }): Promise<number>;
  progress(): Promise<ConsumerProgress[]>;
  /** Forgets checkpoints and letters of a consumer that is not there any more. */
  forget(consumer: string): Promise<void>;
}
