// Changes and mutations: what a device proposes.

import type { Time } from "../clock/hlc.ts";
import type { Fields } from "./json.ts";

export type ChangeOp = "put" | "patch" | "delete" | "restore";

/** One proposal for one record. */
export interface Change {
  readonly collection: string;
  readonly id: string;
  readonly op: ChangeOp;
  /** The reading of the device's clock at the write. */
  readonly time: Time;
  /** The whole record for `put`, the changed fields for `patch`; absent for `delete` and `restore`. */
  readonly fields?: Fields;
  /** Times of single fields, where they differ from `time`. A `put` cannot hold fields older than itself. */
  readonly times?: { readonly [name: string]: Time };
  /**
   * The version that the device had seen (0: none). `versioned` records are only written when it still is
   * the current one; elsewhere it tells a record that was made again from one that was removed for good.
   */
  readonly baseVersion?: number;
}

/** Changes that are committed all or none, numbered 1, 2, 3… by the client that made them. */
export interface Mutation {
  readonly id: number;
  /** The device's cursor when it made the mutation, or null before its first sync. */
  readonly seen: string | null;
  readonly changes: readonly Change[];
  /** It gives back what the server lost with a restore: its times count as they were stored. */
  readonly recovered?: true;
}
