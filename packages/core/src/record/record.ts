// The record model: what a space holds, and the registers that decide what a late change may still do.

import type { Time } from "../clock/hlc.ts";
import type { Fields } from "./json.ts";

/** When a register was written: by which reading of the writer's clock, and at which commit of the space. */
export interface Register {
  readonly time: Time;
  readonly stamp: number;
}

/** The deletion register. It is written by `put` and `restore` (false) and by `delete` (true), never by `patch`. */
export interface DeletionRegister extends Register {
  readonly deleted: boolean;
}

/**
 * The state of one record, as the server stores it and as merging sees it.
 *
 * Invariant: `deleted` is false exactly when the record is visible, which is when it has a `base`
 * (somebody put it) and its deletion register does not say true.
 */
export interface RecordState {
  readonly collection: string;
  readonly id: string;
  /** How many writes made this state; the first is 1. */
  readonly version: number;
  /** The stamp of the last write. */
  readonly stamp: number;
  /** The stamp of the first write. */
  readonly createdStamp: number;
  /** True when nobody sees the record: deleted, or only ever patched. */
  readonly deleted: boolean;
  readonly fields: Fields;
  readonly registers: RecordRegisters;
}

/** Who wrote what when. Fields that are not named in `fields` were written by `base`. */
export interface RecordRegisters {
  /** The latest `put`. Fields older than it are void. Absent while the record was only ever patched. */
  readonly base?: Register;
  /** The deletion register; where absent, it was last written by `base`, with false. */
  readonly mark?: DeletionRegister;
  /** Registers of the fields that were written after, or otherwise than, by `base`. */
  readonly fields?: { readonly [name: string]: Register };
}

/** Names a record inside a space. */
export interface RecordKey {
  readonly collection: string;
  readonly id: string;
}

/** `collection/id`: one text for maps. Neither part can hold a slash. */
export function recordKeyToText(key: RecordKey): string {
  return `${key.collection}/${key.id}`;
}
