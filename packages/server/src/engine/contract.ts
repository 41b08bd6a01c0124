// What the engine does for those who speak to clients: http, live and the dialects.

import type {
  AccessRule,
  Change,
  Fields,
  Limits,
  MutationResult,
  RecordKey,
  RecordState,
  SpaceAddress,
  SynclineError,
  SyncRequest,
  Time,
} from "@syncline/core";
import type { Access } from "../apps/app.ts";
import type { Principal } from "../auth/principal.ts";
import type { BusMessage, UserMessage } from "../bus/port.ts";
import type { HistoryEntry, Member, Membership, Role } from "../store/port.ts";
import type { SharingEngine } from "./sharing-contract.ts";

/** What is told of a space while it is watched. */
export type SpaceEvent = Exclude<BusMessage, UserMessage>;

/** Parts of a delta, ready for the wire; `changes` is JSON text, never parsed on its way. */
export interface DeltaParts {
  readonly changes: string;
  readonly count: number;
  readonly cursor: string;
  readonly more: boolean;
  readonly lastMutation: number;
  /** On the last page only. */
  readonly digest?: { readonly [collection: string]: string };
  readonly now: Time;
  /** Whether the space has access rules: two readers may then not see the same. */
  readonly guarded: boolean;
}

export interface SyncOutcome {
  readonly results: readonly MutationResult[];
  /** Why the mutations without a result were not tried. */
  readonly stopped?: {
    readonly code: string;
    readonly message: string;
    readonly retryAfter?: number;
  };
  readonly delta: DeltaParts;
}

export interface PullRequest {
  readonly cursor: string | null;
  readonly limit?: number;
  readonly collections?: readonly string[];
  readonly clientId?: string;
}

/** A space that the caller may use: the address resolved (`~`), the right checked. */
export interface Admitted {
  readonly space: string;
  readonly address: SpaceAddress;
  readonly role: Role;
  /** Who was admitted. */
  readonly userId: string;
  /** True where a hook of the app had a say: nothing tells when it would say otherwise. */
  readonly byHook: boolean;
  /** True where the role is a member's: it may change, and is asked again with the space locked. */
  readonly byMembership: boolean;
}

/** A rule to be added to a space. */
export interface NewRule {
  /** An id makes adding it repeatable; a fresh one where left out. */
  readonly id?: string;
  /** When it was given, in milliseconds since 1970; now where left out. */
  readonly atMs?: number;
  readonly rule: AccessRule;
}

/** A rule of a space, as it was added. */
export interface RuleEntry {
  readonly id: string;
  readonly rule: AccessRule;
  /** Who added it. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly stamp: number;
}

/**
 * Changes of a client that numbers none of them: of another protocol. They settle by their times alone, so that one
 * that comes late or twice undoes nothing newer.
 */
export interface WriteRequest {
  readonly clientId: string;
  /** The records that the changes are made from. */
  readonly records: readonly RecordKey[];
  /** The changes, all or none of which are written. Called once with the space locked: synchronous and pure, and must not throw. */
  changes(records: ReadonlyMap<string, RecordState>): readonly Change[];
  /** True: while the space has no rule yet, none holds this write back, though its app's `rules.always` would. */
  readonly unruled?: true;
  /** Names what is sent: where the client's last write bore the same name, it was this one, and nothing is written again. */
  readonly key?: string;
  /** What a record may be, where that is not as large and deep as the server's limits say. */
  readonly limits?: Partial<Pick<Limits, "recordBytes" | "jsonDepth">>;
}

/** The same for several mutations: each is written or refused on its own. */
export interface WriteEachRequest extends Omit<WriteRequest, "changes"> {
  /** The mutations, all or none of whose changes are written. Called as `changes` is. */
  mutations(records: ReadonlyMap<string, RecordState>): readonly (readonly Change[])[];
}

export interface WriteEachOutcome extends WriteOutcome {
  /** Which mutations were refused, by their place. */
  readonly refused: readonly { readonly index: number; readonly error: SynclineError }[];
}

/** What became of a write. Records by `recordKeyToText`. */
export interface WriteOutcome {
  readonly before: ReadonlyMap<string, RecordState>;
  readonly after: ReadonlyMap<string, RecordState>;
  /** The space's stamp before and after: what lies between was written here. */
  readonly from: number;
  readonly stamp: number;
}

/** A record to be put, or deleted where the fields are null. */
export interface ServerWrite extends RecordKey {
  readonly fields: Fields | null;
}

export interface RecordsRequest {
  /** Records with a greater stamp, in the order of their stamps. */
  readonly after: number;
  /** Of one numbered collection: records with a greater number are read; `after` does not count then. */
  readonly afterNumber?: number;
  readonly limit: number;
  /** About how much text a page may hold. */
  readonly maxBytes: number;
  readonly collections?: readonly string[];
}

/** Records as they are stored: deleted ones, and who wrote which field when. */
export interface RecordPage {
  /** Read when it is asked for: whoever passes the texts on reads none. */
  readonly records: readonly RecordState[];
  /** The same records, each as JSON text; `readState` reads one. Of one that was written once it is the wire form. */
  readonly texts: readonly string[];
  /** The last stamp looked at; the space's last where there is no more. */
  readonly stamp: number;
  readonly more: boolean;
  /** The space's last stamp, 0 where there is no space. */
  readonly head: number;
  /** The space's epoch, empty where there is no space. */
  readonly epoch: string;
  /** How many records that are not deleted the collections hold that were asked for: the last number of a numbered one. */
  readonly count: number;
}

export interface AdmitOptions {
  /** True: an app without a definition is served too. */
  readonly undeclared?: boolean;
  /** True: the caller has passed the gate, or needs not. */
  readonly ungated?: boolean;
  /**
   * The role that another system gives the caller, in a space that is kept for it alone: one whose name begins with
   * `~=`, which is nobody's own and which nobody can make.
   */
  readonly granted?: Role;
}

/** What somebody shows of himself in a space. */
export interface Presence {
  readonly clientId: string;
  readonly userId: string;
  /** JSON text; null: nothing more. */
  readonly state: string | null;
}

/** What `explain` tells of a record. */
export interface Explanation {
  readonly space: string;
  readonly key: RecordKey;
  readonly policy: string;
  readonly record: RecordState | null;
  readonly history: readonly HistoryEntry[];
  /** One sentence: why it is here, or not. */
  readonly because: string;
}

/**
 * The engine. Every method checks the caller's right by the one function `admit`, and throws
 * SynclineErrors: `forbidden`, `not_found`, `invalid`, `schema`, `too_large`, `reset`, `unavailable`…
 */
export interface Engine extends SharingEngine {
  /**
   * Lets a user pass who may sync at all; `admit` asks it too.
   * @throws {SynclineError} `payment_required`
   */
  passGate(principal: Principal): Promise<void>;
  /** Resolves `~`, checks the right, makes the space where the caller may. */
  admit(
    principal: Principal,
    address: SpaceAddress,
    access: Access,
    options?: AdmitOptions,
  ): Promise<Admitted>;
  /**
   * Writes for a client that numbers nothing, in a space that it was admitted to for writing.
   * @throws {SynclineError} why nothing was written, with the change in its path: `changes.3.fields.title`
   */
  write(admitted: Admitted, principal: Principal, request: WriteRequest): Promise<WriteOutcome>;
  /** The same, with each mutation on its own: what is refused keeps nothing else from being written. */
  writeEach(
    admitted: Admitted,
    principal: Principal,
    request: WriteEachRequest,
  ): Promise<WriteEachOutcome>;
  /** One page of records, for whoever was admitted to the space. */
  records(admitted: Admitted, request: RecordsRequest): Promise<RecordPage>;
  /** Records by their keys, deleted ones too, for whoever was admitted to the space. By `recordKeyToText`. */
  lookup(admitted: Admitted, keys: readonly RecordKey[]): Promise<ReadonlyMap<string, RecordState>>;
  /**
   * Raises a space's stamp, and makes the space where there is none: whatever is committed from then on has a greater
   * one. So one cursor can stand for several spaces.
   * @param stamps `from`: only while this is the space's stamp
   * @returns whether it was
   */
  raise(
    admitted: Admitted,
    stamps: { readonly from: number; readonly to: number },
  ): Promise<boolean>;
  /** Puts records in the server's own name: what happened at a dialect's door, for the history. Rules do not hold it back. */
  note(
    admitted: Admitted,
    records: readonly (RecordKey & { readonly fields: Fields })[],
  ): Promise<void>;
  /**
   * Puts and deletes records in the server's own name, where that changes anything: background work. Rules do not hold
   * it back, and it makes no space.
   * @param at only while this is the space's stamp: what is written was made of what is there
   * @returns the space's stamp before and after; undefined where it is another one, or there is no such space
   */
  writeAsServer(
    space: string,
    writes: readonly ServerWrite[],
    at: number,
  ): Promise<{ readonly from: number; readonly stamp: number } | undefined>;
  /**
   * Whether the space's rules let somebody do something that is no change of a record.
   * @param question `named`: a rule over every action is no leave; one that names this action, or its beginning, is
   */
  allows(
    admitted: Admitted,
    question: { readonly item: string; readonly action: string; readonly named?: true },
  ): Promise<boolean>;
  sync(principal: Principal, address: SpaceAddress, request: SyncRequest): Promise<SyncOutcome>;
  pull(principal: Principal, address: SpaceAddress, request: PullRequest): Promise<DeltaParts>;
  /** The NDJSON lines of a first sync, several lines a piece; each piece ends with a line break. */
  stream(
    principal: Principal,
    address: SpaceAddress,
    request: PullRequest,
    signal: AbortSignal,
  ): AsyncIterable<string>;
  /** The delta of a space for whoever was admitted to it: read once, shown to many. */
  read(admitted: Admitted, request: PullRequest): Promise<DeltaParts>;
  /** Tells what happens in a space, as far as it is known here: hints. Gives the function that ends it. */
  watch(space: Pick<Admitted, "space">, listener: (event: SpaceEvent) => void): () => void;
  /** Shows everybody who watches the space a presence; null asks who is there. Nothing is stored. */
  announce(admitted: Admitted, presence: Presence | null): void;
  /** The apps in which the caller has a space of its own, besides those that the server keeps for itself. */
  ownApps(principal: Principal): Promise<string[]>;
  explain(principal: Principal, address: SpaceAddress, key: RecordKey): Promise<Explanation>;
  /** The roles of many at once, for whoever looks whether rights that were granted still hold. */
  roles(asked: readonly Membership[]): Promise<readonly (Role | undefined)[]>;
  /** For owners; for all members where the app's `sharing.seeMembers` says so. */
  members(principal: Principal, address: SpaceAddress): Promise<Member[]>;
  /** For owners; null takes the role away, which members may do with their own. The last owner of a shared space stays: `conflict`. */
  setMember(
    principal: Principal,
    address: SpaceAddress,
    member: { readonly userId: string; readonly role: Role | null },
  ): Promise<void>;
  /** Whether the space has access rules. Then not all who are admitted see the same. */
  guarded(admitted: Admitted): Promise<boolean>;
  /**
   * Adds access rules, all or none, in effect from then on. For owners, and for whom the rules let do
   * `.acl.addRule` to `.acl`.
   */
  addRules(
    principal: Principal,
    address: SpaceAddress,
    rules: readonly NewRule[],
  ): Promise<RuleEntry[]>;
  /** The rules in the order in which they were added; for owners, and for whom the rules let read `.acl`. */
  rules(principal: Principal, address: SpaceAddress): Promise<RuleEntry[]>;
  /** Waits until everything accepted is committed and published. */
  drain(): Promise<void>;
}
