// What happens on a device that an app may want to know of. Nothing is ever dropped without one of these.

import type { ErrorBody, GoneRecord, Superseded, SynclineError, WireRecord } from "@syncline/core";
import type { Environment } from "./environment.ts";
import type { InboxEntry, OutboxEntry, UnsyncedEntry } from "./store/port.ts";
import type { NotUndone } from "./undo/invert.ts";

export type ClientEvent =
  /** The device did not take a write: it did not fit, or there is no room. Its `local` promise says so too. */
  | { readonly type: "refused"; readonly space: string; readonly error: SynclineError }
  /** The server refused a mutation; it is in the inbox. */
  | { readonly type: "parked"; readonly space: string; readonly entry: InboxEntry }
  /** The server took a mutation, and something of it lost: to a later write, or to a deletion. */
  | {
      readonly type: "superseded";
      readonly space: string;
      readonly entry: OutboxEntry;
      readonly records: readonly Superseded[];
    }
  /** A mutation was given up: by the app, by its conflict rule, or at sign-out. */
  | { readonly type: "discarded"; readonly space: string; readonly entry: OutboxEntry | InboxEntry }
  /** A conflict was resolved by the app's rule, and its outcome is on its way. */
  | { readonly type: "rebased"; readonly space: string; readonly entry: InboxEntry }
  /** An undo, or a redo, has left something as it is. */
  | {
      readonly type: "not_undone";
      readonly space: string;
      /** The label of what was to be taken back. */
      readonly label: string;
      /** Nothing of it was taken back, and it is no step any more. */
      readonly dropped: boolean;
      readonly records: readonly NotUndone[];
    }
  /** The device may no longer see these records. */
  | { readonly type: "gone"; readonly space: string; readonly records: readonly GoneRecord[] }
  /** The device's copy differed from the server's; it is being read anew. */
  | {
      readonly type: "digest_mismatch";
      readonly space: string;
      readonly collections: readonly string[];
    }
  /** The server was restored from a backup, and this device gives back what it holds of what was lost. */
  | {
      readonly type: "recovered";
      readonly space: string;
      /** Records that are on their way to the server. */
      readonly offered: number;
      /** Records that wait in the inbox. */
      readonly parked: number;
    }
  /** The server was set back on purpose: these records are gone there, and go from this device. */
  | {
      readonly type: "rolled_back";
      readonly space: string;
      /** As they were: to be kept, or shown. */
      readonly records: readonly WireRecord[];
    }
  /** The device took a new client id: its database was copied, or the server lost what it had. */
  | { readonly type: "renamed"; readonly clientId: string }
  /** The user's role in a space is another one; null: none. Told while `openSpaces` is in use. */
  | {
      readonly type: "membership";
      readonly space: string;
      readonly role: "reader" | "writer" | "owner" | null;
      readonly before: "reader" | "writer" | "owner" | null;
    }
  /**
   * Somebody removed the device's database while it was open. This client is closed: open another store and client,
   * without a reload, and hand what the server may not have to `writeAgain`.
   */
  | { readonly type: "removed"; readonly unsynced: readonly UnsyncedEntry[] }
  /** While the app was closed, the browser, or the user, cleared what this device had; everything is read from the server again. */
  | { readonly type: "evicted" }
  /** Another tab signed the user out: everything is gone from the device, and this client is closed. */
  | { readonly type: "signed_out" }
  /** How far a first sync has come; `total` is null while it is not known. */
  | {
      readonly type: "progress";
      readonly space: string;
      readonly received: number;
      readonly total: number | null;
    }
  /** Something of the app's own failed: a listener, a conflict rule. */
  | {
      readonly type: "failed";
      readonly what: string;
      readonly thrown: unknown;
      readonly error?: ErrorBody;
    };

/** For whoever has no listener: the first of what goes wrong is said once, to the developer. */
export function createConsole({ warn }: Pick<Environment, "warn">): (event: ClientEvent) => void {
  let told = false;
  return (event) => {
    const wrong =
      event.type === "refused"
        ? event.error.message
        : event.type === "parked"
          ? event.entry.error.message
          : event.type === "failed"
            ? `${event.what}: ${event.thrown}`
            : undefined;
    if (told || wrong === undefined) return;
    told = true;
    warn?.(
      `Syncline: ${event.type}: ${wrong} Listen with \`onEvent\` to hear of this and what follows.`,
    );
  };
}
