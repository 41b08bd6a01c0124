// What tabs of one device tell each other. All share one version: a tab of another build ignores what it does not know.

import type { ErrorBody, Fields, RecordKey, Superseded } from "@syncline/core";
import type { LeaderStatus } from "../status.ts";
import type { Peer } from "../transport/port.ts";

export type TabMessage =
  /** The store has changed; null: too many records to name. `written`: there is something to be sent. */
  | {
      readonly type: "changed";
      readonly space: string;
      readonly keys: readonly RecordKey[] | null;
      readonly collections: readonly string[];
      readonly written: boolean;
    }
  /** What became of a write, for the tab that waits for it. */
  | {
      readonly type: "settled";
      readonly space: string;
      readonly identity: string;
      readonly error: ErrorBody | null;
      /** What of it lost. */
      readonly superseded?: readonly Superseded[];
    }
  | { readonly type: "status"; readonly space: string; readonly status: LeaderStatus }
  /** The one that leads says so, every few seconds. */
  | { readonly type: "leading" }
  /** A tab shows a space: whoever leads syncs it, and says how it stands. */
  | { readonly type: "using"; readonly space: string }
  /** A tab wants a space to be synced now. */
  | { readonly type: "sync"; readonly space: string }
  | { readonly type: "present"; readonly space: string; readonly state: Fields | null }
  | { readonly type: "peers"; readonly space: string; readonly peers: readonly Peer[] }
  /** Everything is gone from the device. */
  | { readonly type: "signed_out" };

const TYPES: ReadonlySet<unknown> = new Set<TabMessage["type"]>([
  "changed",
  "settled",
  "status",
  "leading",
  "using",
  "sync",
  "present",
  "peers",
  "signed_out",
]);

/** Whether a message is one of ours: only pages of this origin can speak on the channel. */
export function isTabMessage(value: unknown): value is TabMessage {
  return typeof value === "object" && value !== null && "type" in value && TYPES.has(value.type);
}
