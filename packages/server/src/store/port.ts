// The store port: where spaces live. An adapter is right when conformance.ts passes on it.

import type {
  ChangeOp,
  ClockState,
  Fields,
  FirstResult,
  RecordKey,
  RecordState,
  Time,
} from "@syncline/core";
import type { AccountStore } from "./account-port.ts";
import type { AuditStore } from "./audit-port.ts";
import type { ConsumerStore } from "./consumer-port.ts";
import type { LockStore } from "./lock-rows.ts";
import type { SharingStore } from "./sharing-port.ts";

export type { InvitationRow, ListedSpace } from "./sharing-port.ts";

/** A space's row: its place in time, and what all its records add up to. */
export interface SpaceHead {
  /** `app/name`. */
  readonly space: string;
  /** A random nonce of this history; cursors of another epoch are refused. */
  readonly epoch: string;
  /** The last commit; 0 before the first. */
  readonly stamp: number;
  /** Tombstones and history up to this stamp were collected. */
  readonly horizon: number;
  /** The last reading of the space's clock. */
  readonly clock: ClockState;
  /** Digest and number of the visible records, by collection. */
  readonly tallies: { readonly [collection: string]: Tally };
  /** In apps without a definition: how each collection is merged, as its first writer said. */
  readonly policies: { readonly [collection: string]: string };
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** The histories that this one goes on from, oldest first: it was restored from backups of them. */
  readonly lineage: readonly Lineage[];
}

/** A history up to which a space was set back. */
export interface Lineage {
  readonly epoch: string;
  /** The last stamp of it that is here. */
  readonly upTo: number;
  /** What devices do that have read further: give back what they hold, or let go of it. */
  readonly devices: DevicesAfterRestore;
}

export type DevicesAfterRestore = "offer" | "discard";

export interface Tally {
  /** 16 hex digits: see DigestSum. */
  readonly digest: string;
  readonly count: number;
}

/** Which client: an id belongs to a user, and two users may have chosen the same one. */
export interface ClientKey {
  readonly userId: string;
  readonly clientId: string;
}

/** What the server remembers of a client in a space. */
export interface ClientRow extends ClientKey {
  readonly lastMutation: number;
  /** The mutations of its last push, so that a repeated push gets the same answers. */
  readonly recent: readonly RecentMutation[];
  /** Milliseconds since 1970 of its last push. */
  readonly seenAtMs: number;
}

export interface RecentMutation {
  readonly fingerprint: string;
  readonly result: FirstResult;
}

/** One entry of a space's history: a change that altered a record. */
export interface HistoryEntry extends RecordKey {
  readonly stamp: number;
  readonly op: ChangeOp;
  /** The version that it made. */
  readonly version: number;
  /** The change as it was stored, with settled times. */
  readonly fields?: Fields;
  readonly time: Time;
  readonly times?: { readonly [name: string]: Time };
  readonly userId: string;
  readonly clientId: string;
  readonly mutationId: number;
  /** A device gave it back after a restore. */
  readonly recovered?: true;
}

/** What a commit unit sees: read after the space was locked. */
export interface LoadedSpace {
  readonly head: SpaceHead;
  /** The records asked for that exist, by `recordKeyToText`. */
  readonly records: ReadonlyMap<string, RecordState>;
  readonly client: ClientRow | undefined;
  /** The role of the user that was asked for, as it is now. */
  readonly role: Role | undefined;
}

/** What a commit unit writes. All of it is written, or nothing. */
export interface SpaceWrites {
  readonly head: Pick<SpaceHead, "stamp" | "clock" | "tallies" | "policies">;
  /** Each record at most once, in its last state. */
  readonly records: readonly RecordState[];
  /** One entry for each stamp given in this commit, ascending. */
  readonly history: readonly HistoryEntry[];
  readonly client?: ClientRow;
}

export interface NewSpace {
  readonly epoch: string;
  readonly createdAtMs: number;
  /** Personal spaces have none: they belong to the user whose name they bear. */
  readonly owner?: string;
}

/** One push on its way into the store. */
export interface CommitUnit<Result> {
  readonly space: string;
  /** Makes the space, and its first owner a member, if it is not there. */
  readonly create?: NewSpace;
  readonly records: readonly RecordKey[];
  readonly client?: ClientKey;
  /** The user whose role in the space is to be read with it. */
  readonly member?: string;
  /**
   * Decides what to write. Called once, with the space locked; synchronous and pure, so that no
   * transaction ever waits for anything but the database. It does not throw.
   * @param loaded undefined when the space is not there and `create` is not given
   */
  decide(loaded: LoadedSpace | undefined): {
    readonly writes?: SpaceWrites;
    readonly result: Result;
  };
}

export interface PageRequest {
  readonly space: string;
  /** Records with a greater stamp are read. */
  readonly after: number;
  /** Deleted records up to this stamp are left out: a reader who begins never had them. */
  readonly tombstonesAfter: number;
  /** At most so many records, and about so many bytes of text; at least one record. */
  readonly limit: number;
  readonly maxBytes: number;
  /** Undefined: all collections. */
  readonly collections?: readonly string[];
  /** Whose `lastMutation` to read with the page. */
  readonly client?: ClientKey;
  /** What stands between two records' texts. */
  readonly separator: "," | "\n";
  /**
   * `state`: each text is `[createdStamp, rest, wire]`, which is all that is known of the record; `rest` is null where
   * the wire form leaves nothing out. Of a record that was written once, and so of most, it is the wire form alone:
   * nothing is to be added to that. The wire form alone, too, where left out.
   */
  readonly form?: "state";
}

export interface Page {
  readonly head: SpaceHead;
  /** The records' wire forms as JSON text, ordered by stamp, joined by the separator. */
  readonly changes: string;
  readonly count: number;
  /** The last stamp looked at: the cursor after this page. With `more` false, the head's stamp. */
  readonly stamp: number;
  readonly more: boolean;
  /** 0 when the client is not known. */
  readonly lastMutation: number;
}

export interface HistoryQuery {
  readonly space: string;
  /** Entries with a greater stamp, ascending. */
  readonly after: number;
  readonly limit: number;
  readonly record?: RecordKey;
}

/** The devices that have pushed to a space. */
export interface SpaceDevices {
  readonly count: number;
  /** Those last seen, the last first. */
  readonly last: readonly Omit<ClientRow, "recent">[];
}

export type Role = "reader" | "writer" | "owner";

export interface Membership {
  readonly space: string;
  readonly userId: string;
}

export interface Member {
  readonly userId: string;
  readonly role: Role;
}

export interface CompactOutcome {
  readonly horizon: number;
  readonly tombstones: number;
  readonly historyEntries: number;
}

/** What `doctor` reports of a store: empty means healthy. */
export interface StoreProblem {
  readonly space?: string;
  readonly message: string;
}

/** How much there is in a store; of large ones about. */
export interface StoreFigures {
  readonly bytes: number;
  readonly spaces: number;
  /** Visible ones. */
  readonly records: number;
  readonly tombstones: number;
}

/** What of a store is in use now. */
export interface StoreLoad {
  /** Connections that are open, and of these those that nobody uses. */
  readonly connections: number;
  readonly idle: number;
  /** Who waits for one. */
  readonly waiting: number;
}

/** A migration that was made: the schema that it led to, its name, and how long it took. */
export interface MigrationStep {
  readonly schema: number;
  readonly name: string;
  readonly ms: number;
}

/**
 * What an installation keeps once for all its nodes: small texts by name. Promises:
 * - [SE1] Of any number that write a setting over what all of them have read, one does.
 * - [SE2] Settings are in backups, and come back with them.
 */
export interface SettingStore {
  /** Undefined where it was never written. */
  read(name: string): Promise<string | undefined>;
  /**
   * @param from what was read: undefined where there was nothing
   * @returns false when it is another one by now
   */
  replace(name: string, from: string | undefined, to: string): Promise<boolean>;
}

/**
 * Promises:
 * - [ST1] `commit` is atomic: all units of a call and everything in each are written, or nothing is.
 * - [ST2] `commit` is durable: when it resolves, what it wrote survives a kill and, where the medium allows, a power cut.
 * - [ST3] Units of one space are decided one after the other, each seeing all that the ones before wrote, in this call and others.
 * - [ST4] A page is one snapshot: head, records and `lastMutation` agree. It shows committed writes only.
 * - [ST5] Pages are complete: following `stamp` from 0 to `more: false` gives every visible record's latest state, whatever is committed beside it.
 * - [ST6] A page holds each record once, in stamp order, at most `limit`, and about `maxBytes` unless it is a single record.
 * - [ST7] Records come back as they were written: fields, registers, deletion, and the fields of deleted records.
 * - [ST8] History entries come back in stamp order, and `recordAt` gives a record's state at any stamp from the horizon on.
 * - [ST9] `compact` removes tombstones and history up to the horizon, raises it, and changes no visible record, digest or later delta.
 * - [ST10] `backup` writes a whole, consistent copy while others commit.
 * - [ST11] `rotateEpoch` gives the space another epoch and adds the one before to its lineage; nothing else changes.
 * - [ST12] Errors are SynclineErrors: `unavailable` for what may pass, `database_…` for what does not; never half a write.
 * - [ST13] Memberships are read as they were last written.
 * - [ST14] A client is a user's: two users with one client id have a row each, and neither sees or changes the other's.
 * - [ST15] A shared space that has an owner keeps one, whoever takes roles away at once, on whichever node.
 * - [ST19] `figures` counts what there is, of large stores about, and holds no commit up meanwhile.
 * - [ST16] `removeSpace` takes a space with all that is in it and about it, all or none, and nothing of another.
 * - [ST17] `replaceAuthor` leaves nothing in a space that names a user but memberships, and changes no record, digest or stamp.
 * - [ST18] `probe` fails when no commit could succeed now, as one would, and writes nothing that anybody sees.
 * - [ST21] `devices` counts the clients of a space, and names those last seen.
 * - [ST20] The record of a number is found without reading those before it, also after `compact` and in a backup.
 * - [AU1] Entries of the audit come back as they were added, in the order of their ids, each once, also from a backup.
 * - [AU2] Nothing changes an entry of the audit, and nothing removes one but `prune`, which removes those before an id.
 * - [LO1] A lock is there until it is taken away, whatever becomes of the account, and is in backups.
 */
export interface Store {
  /** How many calls of `commit`, on different spaces, may be under way at once with profit; 1 where left out. */
  readonly parallelCommits?: number;
  commit<Result>(units: readonly CommitUnit<Result>[]): Promise<Result[]>;
  /** Undefined when there is no such space. */
  page(request: PageRequest): Promise<Page | undefined>;
  head(space: string): Promise<SpaceHead | undefined>;
  record(space: string, key: RecordKey): Promise<RecordState | undefined>;
  /**
   * The stamp of the record that has a number in a collection whose records are numbered: which were written once, and
   * whose version is their place, beginning with 1. Undefined where there is none.
   */
  stampOfNumber(space: string, collection: string, number: number): Promise<number | undefined>;
  /** The record as it was when the space's stamp was `stamp`; undefined if it was not there, or history does not reach. */
  recordAt(space: string, key: RecordKey, stamp: number): Promise<RecordState | undefined>;
  history(query: HistoryQuery): Promise<HistoryEntry[]>;
  client(space: string, key: ClientKey): Promise<ClientRow | undefined>;
  /** @param limit how many are named */
  devices(space: string, limit: number): Promise<SpaceDevices>;
  /** Spaces after a name, in text order. */
  spaces(query: {
    readonly after: string;
    readonly limit: number;
    readonly app?: string;
  }): Promise<SpaceHead[]>;
  role(space: string, userId: string): Promise<Role | undefined>;
  /** The roles of many at once, in the order of what is asked. */
  roles(asked: readonly Membership[]): Promise<(Role | undefined)[]>;
  members(space: string): Promise<Member[]>;
  /**
   * Null takes the membership away.
   * @returns false, and nothing is written, where a shared space would be left without an owner
   */
  setRole(space: string, userId: string, role: Role | null): Promise<boolean>;
  /** How many spaces a user owns as a member. */
  owned(userId: string): Promise<number>;
  /** How far background work has come. */
  readonly consumers: ConsumerStore;
  /** Who may sign in, where the server keeps accounts itself. */
  readonly accounts: AccountStore;
  /** What the installation keeps once for all its nodes. */
  readonly settings: SettingStore;
  /** What people who share spaces see of them. */
  readonly sharing: SharingStore;
  /** Who did what with rights over others. */
  readonly audit: AuditStore;
  /** Who is locked out. */
  readonly locks: LockStore;
  /** Raises the horizon to `horizon` (never lowers it, never beyond the head's stamp). */
  compact(space: string, horizon: number): Promise<CompactOutcome>;
  rotateEpoch(space: string, epoch: string, devices: DevicesAfterRestore): Promise<void>;
  /** @param path a file that is not there yet */
  backup(path: string): Promise<void>;
  /** Whether a commit would succeed now. */
  probe(): Promise<void>;
  /** False when there is no such space. */
  removeSpace(space: string): Promise<boolean>;
  /**
   * Has history name another user; forgets the user's devices in the space, and what background work could not handle.
   * @returns how many entries of history named the user
   */
  replaceAuthor(space: string, userId: string, other: string): Promise<number>;
  figures(): Promise<StoreFigures>;
  load(): StoreLoad;
  /** Looks for damage: file integrity, and sums that do not agree with the records. */
  check(): Promise<StoreProblem[]>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
