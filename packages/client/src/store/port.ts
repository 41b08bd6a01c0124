// The local store port: where a device keeps its spaces. An adapter is right when conformance.ts passes on it.

import type {
  ClockState,
  ErrorBody,
  GoneRecord,
  Json,
  Mutation,
  WireChange,
  WireRecord,
} from "@syncline/core";
import type { Intent } from "../outbox/intent.ts";

/** A mutation on its way: written on the device, not yet known to be settled. */
export interface OutboxEntry {
  readonly mutation: Mutation;
  /**
   * `queued`: waits to be sent. `sent`: went out, the answer is not known. `committed`: the server has it;
   * it leaves when a delta shows its effect.
   */
  readonly state: "queued" | "sent" | "committed";
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly attempts: number;
  readonly key?: WriteKey;
}

/** Names a write before it is on the device: the page that asked for it, and its number there. */
export interface WriteKey {
  readonly page: string;
  readonly n: number;
}

/** A write that a page was asked for, as far as it is known before it is made a mutation. */
export interface JournalEntry {
  readonly key: WriteKey;
  readonly space: string;
  readonly intents: readonly Intent[];
  readonly label?: string | undefined;
}

/**
 * What a page writes down at the moment that it is hidden, because it may end before its writes are on the device.
 * The next page to open takes it up.
 */
export interface Journal {
  /** Takes note of a write; it gets the next number. Writes are appended in the order of their numbers. */
  add(write: Omit<JournalEntry, "key">): WriteKey;
  /** The write is on the device, or was refused. */
  done(key: WriteKey): void;
  /** What other pages have left, in the order of their numbers. */
  left(): readonly JournalEntry[];
  /** What `left` gave is on the device, or was refused. */
  taken(): void;
  /** Whether the write is on the device, whoever has appended it. */
  isAppended(key: WriteKey): Promise<boolean>;
}

/** A mutation that the server refused: kept until the app has dealt with it. */
export interface InboxEntry {
  /** Number of the entry in this device's inbox. */
  readonly id: number;
  readonly mutation: Mutation;
  readonly reason: "rejected" | "conflict" | "revoked" | "dependent" | "restored";
  readonly error: ErrorBody;
  /** The server's records that stood against it; null: there is none. */
  readonly current: readonly {
    readonly collection: string;
    readonly id: string;
    readonly record: WireRecord | null;
  }[];
  readonly parkedAtMs: number;
}

/** A write that the server does not have, or has refused. */
export interface UnsyncedEntry {
  readonly space: string;
  readonly entry: OutboxEntry | InboxEntry;
}

/** What the device knows about a space as a whole. */
export interface SpaceState {
  readonly space: string;
  /** Null before the first sync. */
  readonly cursor: string | null;
  /** The collections that the cursor holds for: `scopeOf`. */
  readonly scope: string;
  /** The id that the next mutation gets. */
  readonly nextMutation: number;
  /** Digest of the visible records that the server sent, by collection. */
  readonly digests: { readonly [collection: string]: string };
  /** A catch-up under way: where it stands, and whether it replaces everything. */
  readonly staged: {
    readonly cursor: string;
    readonly replace: boolean;
    readonly count: number;
  } | null;
}

/** How safe what is on the device is. */
export interface StorageHealth {
  /** True: it is gone when the page is; the browser allowed nothing else. */
  readonly volatile: boolean;
  /** Whether the browser has promised not to clear it when room gets scarce; null: it does not say. */
  readonly persisted: boolean | null;
  readonly usageBytes: number | null;
  readonly quotaBytes: number | null;
  /** The device had data under this name, and it is gone: the browser or the user cleared it. */
  readonly evicted: boolean;
}

/** What belongs to the device, not to a space. */
export interface DeviceState {
  readonly clientId: string;
  /** The device's clock: kept with every write, so that it never goes back across reloads. */
  readonly clock: ClockState;
  /** The user whose data this is; null until the first sync says so. */
  readonly userId: string | null;
}

/** A draft of a mutation: the store gives it the next id. */
export interface MutationDraft {
  readonly seen: string | null;
  readonly changes: Mutation["changes"];
  readonly createdAtMs: number;
  /** It gives back what the server lost. */
  readonly recovered?: true;
  /** Where the store has a journal, a key is appended once. */
  readonly key?: WriteKey | undefined;
}

/** What is kept of a space that is read anew, in the same step. */
export interface GiveBack {
  readonly drafts: readonly MutationDraft[];
  readonly inbox: readonly Omit<InboxEntry, "id">[];
}

/** The fields of each index, by collection. */
export interface DeclaredIndexes {
  readonly [collection: string]: readonly (readonly string[])[];
}

/** Records that lie side by side in an index. */
export interface IndexRange {
  /** The fields of the index. */
  readonly fields: readonly string[];
  /** The keys between which they lie, as `indexKey` makes them, or beginnings of keys; both ends are part of it. */
  readonly low: string;
  readonly high: string;
  /** Downwards by their keys; those with one key come by id upwards all the same. */
  readonly down: boolean;
  /** Only those behind this one in that order. */
  readonly after?: { readonly key: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** A page of a delta as it is taken into the store. */
export interface PageToApply {
  readonly space: string;
  readonly changes: readonly WireChange[];
  readonly cursor: string;
  readonly scope: string;
  /**
   * Outbox entries up to this id that are `committed` have their effect in what was read, and leave. One that
   * was not answered stays: what became of it is not known, or it was never sent and its number belongs to
   * another copy of this database.
   */
  readonly lastMutation: number;
  /** False: more pages follow; what is applied stays invisible until the last one. */
  readonly final: boolean;
  /** True on every page of a first sync or a reset: what the pages do not hold is dropped at the end. */
  readonly replace: boolean;
}

/** What applying the last page changed. */
export interface Applied {
  /** The records that may look different now; null when too many to name: all of these collections. */
  readonly keys: readonly { readonly collection: string; readonly id: string }[] | null;
  readonly collections: readonly string[];
  readonly gone: readonly GoneRecord[];
}

/**
 * Promises:
 * - [LS1] Every method is atomic: after a crash at any point, all or nothing of it is there.
 * - [LS2] `append` is durable: when it resolves, the mutations, their numbers and the clock are on disk.
 * - [LS3] Mutation ids are given without gaps, once, also when several tabs append at the same time.
 * - [LS4] Pages before the last are invisible to `get`, `scan` and `state().cursor`, and survive a reload.
 * - [LS5] The last page makes records, cursor, digests and the removal from the outbox visible together.
 * - [LS6] A record with an older or equal stamp never replaces a newer one, except in a replacing catch-up.
 * - [LS7] `park` moves a mutation from the outbox to the inbox in one step; nothing is in neither.
 * - [LS8] `renumber` gives the outbox of every space new ids from 1 on under a new client id; order and content stay.
 * - [LS9] Records come back as they were applied.
 * - [LS10] A full or broken medium is an error (`storage_full`, `storage_unavailable`), never a silent loss.
 * - [LS11] `closeGaps` gives the outbox entries from an id on new ids without gaps; order, content and state stay.
 * - [LS12] `append` gives null, and writes nothing, when another tab changed the space since this one last read its outbox.
 * - [LS19] Who was given null because another tab was faster is the next to append to that space: the others are given
 *   null until it has, or has not come back for 3 s of the drafts' own clock.
 * - [LS13] After another tab has taken the lead, `apply`, `markOutbox`, `park`, `renumber`, `closeGaps` and `restart`
 *   of the tab that had it are refused as `superseded`, until it leads again.
 * - [LS15] `restart` with what is kept is one step: outbox and inbox hold it, or the cursor is still there.
 * - [LS14] `scan` from one piece to the next gives what it gives at once, while nothing changes.
 * - [LS17] What is kept under a name comes back as it was kept, and goes with `wipe`.
 * - [LS16] `range` gives what is visible to `scan`, in the order of the index, at once with it: an index never shows
 *   a record as it was, nor one that is gone.
 * - [LS18] Where there is a journal, `append` gives null, and writes nothing, when a draft's key, or a later one of its
 *   page, was appended before, by any instance.
 *
 * Several instances may be open on the same data at the same time: one a tab.
 */
export interface LocalStore {
  /** What all tabs on the same data call it; undefined where nobody else can have it open. */
  readonly name?: string;
  /** Where pages may end at any time. */
  readonly journal?: Journal | undefined;
  /**
   * Where somebody else may remove the medium: the listener is told, once, that everything is gone. Every method is
   * refused from then on (`storage_unavailable`), also where another instance has begun anew.
   */
  onRemoved?(listener: () => void): void;
  /** Undefined for a new database: the client then calls `initialise`. */
  device(): Promise<DeviceState | undefined>;
  /** Sets the device's row if there is none; gives the row that holds (another tab may have been faster). */
  initialise(device: DeviceState): Promise<DeviceState>;
  saveDevice(change: Partial<DeviceState>): Promise<void>;
  /** The names of the spaces that this device has anything of. */
  spaces(): Promise<string[]>;
  /** The space's row; a space never synced has a null cursor and begins at mutation 1. */
  state(space: string): Promise<SpaceState>;
  outbox(space: string): Promise<OutboxEntry[]>;
  inbox(space: string): Promise<InboxEntry[]>;
  /**
   * Takes several mutations at once: all or none of them, numbered in their order.
   * Null: they were made from what does not hold any more; read device, outbox and inbox again, and draft anew.
   * The device's clock never goes back.
   */
  append(
    space: string,
    drafts: readonly MutationDraft[],
    clock: ClockState,
  ): Promise<OutboxEntry[] | null>;
  /** Whether no other instance has changed the space since this one last read its outbox. */
  isCurrent(space: string): Promise<boolean>;
  /** Makes this instance the one that syncs. A fence: whatever another one still has under way is refused from now on. */
  lead(): Promise<void>;
  /** Marks entries; unknown ids are passed over. */
  markOutbox(space: string, ids: readonly number[], state: OutboxEntry["state"]): Promise<void>;
  park(space: string, entries: readonly Omit<InboxEntry, "id">[]): Promise<InboxEntry[]>;
  /** Takes an entry out of the inbox; false when it was not there. */
  discard(space: string, inboxId: number): Promise<boolean>;
  renumber(clientId: string): Promise<void>;
  /** Numbers the outbox entries with ids from `from` on as `from`, `from + 1`…; the next mutation follows them. */
  closeGaps(space: string, from: number): Promise<OutboxEntry[]>;
  apply(page: PageToApply): Promise<Applied>;
  /**
   * Throws staged pages and the cursor away: the space is read anew. What is there stays visible until then.
   * @param kept what goes to the outbox and the inbox in the same step
   */
  restart(space: string, kept?: GiveBack): Promise<void>;
  /** The server's records with a greater stamp, deleted ones too. */
  newerThan(space: string, stamp: number): Promise<WireRecord[]>;
  /** The server's state of one record, deleted ones too. */
  get(space: string, collection: string, id: string): Promise<WireRecord | undefined>;
  /** The same of many, in their order. One by one they take many times as long. */
  getMany(
    space: string,
    keys: readonly { readonly collection: string; readonly id: string }[],
  ): Promise<(WireRecord | undefined)[]>;
  /**
   * The visible records of a collection, in the order of their ids. With `after` only the next ones behind that
   * id, as many as are read without holding others up for long; none: that was all.
   */
  scan(space: string, collection: string, after?: string): Promise<WireRecord[]>;
  /**
   * Says which indexes there are to be, in the place of those before. One over records that are there already is
   * built before this resolves or after it; what else is asked of the store does not wait for it for long.
   */
  index(declared: DeclaredIndexes): Promise<void>;
  /** The first visible records of a range; null: there is no such index, or not yet. */
  range(space: string, collection: string, range: IndexRange): Promise<WireRecord[] | null>;
  /** Adds up the digest of a collection from the records that are there, to check the one that is kept. */
  recount(space: string, collection: string): Promise<string>;
  /** What the device keeps beside its spaces under a name; undefined for nothing. */
  kept(name: string): Promise<Json | undefined>;
  keep(name: string, value: Json): Promise<void>;
  /** Removes everything, outbox and inbox too. Only for signing out. */
  wipe(): Promise<void>;
  /** Where the medium has something to say about itself. */
  health?(): Promise<StorageHealth>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
