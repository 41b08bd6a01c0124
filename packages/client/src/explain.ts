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
  const sentences = [
    cursor === null
      ? "This device has not finished its first sync."
      : server === undefined
        ? shown
          ? "This device made it; the server has not sent it back."
          : "The server sent no such record, or this device may not see it."
        : becauseOf(server, shown),
  ];
  if (pending.length > 0) sentences.push(`${pending.length} write(s) of it are not settled.`);
  if (inbox.length > 0) sentences.push(`${inbox.length} refused write(s) wait in the inbox.`);
  return sentences.join(" ");
}

function becauseOf({ version, stamp, deleted }: WireRecord, shown: boolean): string {
  const from = ` (version ${version} of ${new Date(stamp / 1000).toISOString()})`;
  const here =
    shown === (deleted === true) ? `; this device ${shown ? "restored" : "deleted"} it` : "";
  return `The server has ${deleted ? "deleted it" : "it"}${from}${here}.`;
}
