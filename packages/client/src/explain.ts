// Explain, on the device: why a record is shown, not shown, or differs from the server's.

import type { Change, MergePolicy, RecordKey, WireRecord } from "@syncline/core";
import type { Row } from "./collections/definition.ts";
import { rowOf, viewOf } from "./collections/view.ts";
import type { Inbox } from "./outbox/inbox.ts";
import type { Pending } from "./outbox/pending.ts";
import type { ConnectionState } from "./status.ts";
import type { InboxEntry, LocalStore, SpaceState } from "./store/port.ts";

export interface LocalExplanation {
  /** What the app sees; null: nothing. */
  readonly shown: Row<unknown> | null;
  /** What the server last sent; null: nothing. */
  readonly server: WireRecord | null;
  readonly pending: readonly Change[];
  readonly inbox: readonly InboxEntry[];
  readonly space: SpaceState;
  readonly status: ConnectionState;
  /** One sentence: why it is so. */
  readonly because: string;
}

export async function explainRecord(options: {
  readonly space: string;
  readonly key: RecordKey;
  readonly store: LocalStore;
  readonly pending: Pending;
  policyOf(collection: string): MergePolicy;
  readonly inbox: Inbox;
  readonly status: ConnectionState;
}): Promise<LocalExplanation> {
  const { key, store } = options;
  const policy = options.policyOf(key.collection);
  const [server, space] = await Promise.all([
    store.get(options.space, key.collection, key.id),
    store.state(options.space),
  ]);
  const pending = options.pending.changesOf(key);
  const shown = rowOf(viewOf(server, pending, policy)) ?? null;
  const inbox = options.inbox
    .getSnapshot()
    .filter(({ mutation }) =>
      mutation.changes.some(({ collection, id }) => collection === key.collection && id === key.id),
    );
  return {
    shown,
    server: server ?? null,
    pending,
    inbox,
    space,
    status: options.status,
    because: because(server, pending, shown !== null, space, inbox),
  };
}

function because(
  server: WireRecord | undefined,
  pending: readonly Change[],
  shown: boolean,
  { cursor }: SpaceState,
  inbox: readonly InboxEntry[],
): string {
  const refused =
    inbox.length > 0 ? ` ${inbox.length} refused write(s) to it wait in the inbox.` : "";
  const unsent =
    pending.length > 0 ? ` ${pending.length} write(s) of this device are not settled.` : "";
  if (cursor === null)
    return `This device has not finished its first sync of the space.${unsent}${refused}`;
  if (server === undefined) {
    return shown
      ? `This device made it, and the server has not sent it back yet.${unsent}${refused}`
      : `The server has not sent such a record, or this device may not see it.${unsent}${refused}`;
  }
  const from = `version ${server.version} of ${new Date(server.stamp / 1000).toISOString()}`;
  if (server.deleted === true) {
    return shown
      ? `The server says it is deleted (${from}); this device has restored or made it again.${unsent}${refused}`
      : `It is deleted on the server (${from}).${unsent}${refused}`;
  }
  return shown
    ? `The server has it (${from}).${unsent}${refused}`
    : `The server has it (${from}); this device has deleted it.${unsent}${refused}`;
}
