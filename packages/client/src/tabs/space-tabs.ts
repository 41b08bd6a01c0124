// One space and the other tabs that show it: what they are told, and what is done about what they tell.

import type { RecordKey } from "@syncline/core";
import type { Touched } from "../collections/reader.ts";
import { APPLIED, type Settle } from "../outbox/appended.ts";
import { toError } from "../outbox/inbox.ts";
import { identityOf, type Pending } from "../outbox/pending.ts";
import type { PresenceState } from "../presence.ts";
import type { LeaderStatus, Status } from "../status.ts";
import type { OutboxEntry } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";
import type { TabMessage } from "./messages.ts";
import type { Tabs } from "./tabs.ts";

/** What a tab says of one space. */
export type SpaceMessage = Extract<TabMessage, { space: string }>;

export interface SpaceTabsOptions {
  readonly space: string;
  readonly tabs: Tabs;
  readonly serial: Serial;
  readonly pending: Pending;
  presence(): PresenceState;
  status(): Status;
  /** Takes up what the store holds now. Runs in turn. */
  reload(touched: Touched): Promise<void>;
  reloadAll(): Promise<void>;
  isCurrent(): Promise<boolean>;
  /** Something is there to be sent. */
  written(): void;
  wake(): void;
  failed(thrown: unknown): void;
}

interface Announcement {
  /** Null: too many to name; all of the collections. */
  readonly keys: readonly RecordKey[] | null;
  readonly collections?: readonly string[];
  readonly written?: boolean;
}

export interface SpaceTabs {
  /** Tells the other tabs that the store has changed. */
  announce(change: Announcement): void;
  tellStatus(): void;
  take(message: SpaceMessage): void;
  /** Looks whether another tab has changed something without saying so: it was closed, or this one slept. */
  check(): void;
  /** How the tab that leads stands, once it has said so. */
  leader(): LeaderStatus | undefined;
}

export function createSpaceTabs(options: SpaceTabsOptions): SpaceTabs {
  const { space, tabs, serial, pending } = options;
  let leader: LeaderStatus | undefined;
  let stale: Touched | undefined;

  /** Reads, when its turn comes, what another tab has changed; several changes at once. */
  function refreshLater({ keys, collections = [] }: Touched): void {
    const waits = stale !== undefined;
    stale = {
      keys: [...(stale?.keys ?? []), ...keys],
      collections: [...(stale?.collections ?? []), ...collections],
    };
    if (waits) return;
    serial
      .run(async () => {
        const touched = stale ?? { keys: [] };
        stale = undefined;
        await options.reload(touched);
      })
      .catch(options.failed);
  }

  function tellStatus(): void {
    if (!tabs.shared || !tabs.leads()) return;
    const { pending: _p, rejected: _r, loaded: _l, ...own } = options.status().getSnapshot();
    // What was thrown beneath may be nothing that goes from tab to tab.
    const reason = own.reason && { code: own.reason.code, message: own.reason.message };
    tabs.post({ type: "status", space, status: { ...own, reason } });
  }

  function check(): void {
    serial
      .run(async () => {
        if (!(await options.isCurrent())) await options.reloadAll();
      })
      .catch(options.failed);
  }

  function settle({ identity, error, superseded }: Extract<TabMessage, { type: "settled" }>) {
    const entry = pending.entries().find((one) => identityOf(one.entry) === identity);
    if (error === null)
      entry?.settle?.resolve(
        superseded === undefined ? APPLIED : { status: "superseded", records: superseded },
      );
    else entry?.settle?.reject(toError(error));
  }

  return {
    tellStatus,
    check,
    leader: () => leader,
    announce({ keys, collections = [], written = false }) {
      if (!tabs.shared) return;
      const named = keys?.map(({ collection, id }) => ({ collection, id })) ?? null;
      tabs.post({ type: "changed", space, keys: named, collections, written });
    },
    take(message) {
      switch (message.type) {
        case "changed": {
          const { keys, collections, written } = message;
          refreshLater({ keys: keys ?? [], collections: keys === null ? collections : [] });
          if (written && tabs.leads())
            serial.run(async () => options.written()).catch(options.failed);
          break;
        }
        case "settled":
          settle(message);
          break;
        case "status":
          leader = message.status;
          options.status().publish();
          break;
        case "using":
          // The tab may have written before it fell silent, or before this one led.
          if (tabs.leads()) check();
          tellStatus();
          break;
        case "sync":
          if (tabs.leads()) options.wake();
          break;
        case "present":
        case "peers":
          options.presence().take(message);
          break;
        default:
          message satisfies never;
      }
    },
  };
}

/** Who waits for an entry that came from the store: perhaps the tab that wrote it. */
export function settleElsewhere(entry: OutboxEntry, space: string, tabs: Tabs): Settle | null {
  if (!tabs.shared) return null;
  const about = { type: "settled", space, identity: identityOf(entry) } as const;
  return {
    resolve: (outcome) =>
      tabs.leads() &&
      tabs.post({
        ...about,
        error: null,
        ...(outcome.status === "superseded" ? { superseded: outcome.records } : {}),
      }),
    reject: (error) => tabs.leads() && tabs.post({ ...about, error: error.toBody() }),
  };
}
