// App definitions: what an app's developers say about their collections and who may do what.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type {
  Change,
  MergePolicy,
  PolicyName,
  RecordState,
  SpaceAddress,
  SynclineError,
} from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { Role } from "../store/port.ts";

export interface CollectionDefinition {
  /** Checks a record's fields as they would be stored. Any Standard Schema library; it must answer synchronously. */
  readonly schema?: StandardSchemaV1;
  /** How changes are merged; `lww` where left out. */
  readonly policy?: PolicyName | MergePolicy;
  /**
   * Of a `log`: each record's version is its number, 1, 2, 3 and so on without a gap, in the order in which the space's
   * records were committed. For receipts and invoices, and for readers who count. Say it before the first record:
   * those that are there already have no number.
   */
  readonly numbered?: boolean;
}

export type Access = "read" | "write" | "manage";

export interface AppDefinition {
  /** The app's name in addresses: `/v1/{name}/…`. */
  readonly name: string;
  /** The version of the app's schema; clients with a lower one than `minimumVersion` are told to update. */
  readonly version?: number;
  readonly minimumVersion?: number;
  readonly collections: { readonly [name: string]: CollectionDefinition };
  /** The role of everybody with a valid token in the app's shared spaces; nobody has one without being a member where left out. */
  readonly everyone?: Role;
  /** How access rules guard the app's spaces; from a space's first rule on, reading and writing, where left out. */
  readonly rules?: RulesOfApp;
  /** Who may make a shared space by using it first; its maker becomes its owner. `nobody` where left out. */
  readonly createSpaces?: "anyone" | "nobody";
  /** How people share the app's spaces. */
  readonly sharing?: SharingOfApp;
  /**
   * May take a right away that role and personal space give; it cannot give one. An error says why, for example
   * `quota_exceeded` or `payment_required`; throwing counts as no. Without the right to write, each mutation is
   * refused by itself with that reason, and reading goes on.
   */
  authorize?(
    principal: Principal,
    space: SpaceAddress,
    access: Access,
    role: Role,
  ): boolean | SynclineError | Promise<boolean | SynclineError>;
  /**
   * Looks at each record before it is written; a text says why it is refused. Synchronous and pure. While it
   * throws, the mutation waits: it is neither refused nor applied.
   */
  validate?(record: RecordState, change: Change, principal: Principal): string | undefined;
  /** Told after each commit; its failure is logged and changes nothing. */
  afterCommit?(commit: Commit): void | Promise<void>;
}

/** How access rules guard the spaces of an app. Owners are not held back by them. */
export interface RulesOfApp {
  /** Spaces without a rule are guarded too: then nothing is allowed. False where left out. */
  readonly always?: boolean;
  /** Rules are asked before something is read. True where left out. */
  readonly reads?: boolean;
  /** What a change does to what, in the words of the rules: its op and `collection.id` where left out. */
  about?(change: Change): { readonly item: string; readonly action: string };
}

export interface SharingOfApp {
  /**
   * Who may invite others: members with this role or a higher one, or as a function says, which may give an error with
   * the reason. Nobody invites to a higher role than his own. `owner` where left out.
   */
  readonly invite?:
    | Role
    | ((
        principal: Principal,
        space: SpaceAddress,
        invitation: {
          /** The role of who invites. */
          readonly held: Role;
          /** The role that is offered. */
          readonly role: Role;
          /** It is for one e-mail address. */
          readonly byAddress: boolean;
        },
      ) => boolean | SynclineError | Promise<boolean | SynclineError>);
  /** Who sees who the members are; `owners` where left out. */
  readonly seeMembers?: "members" | "owners";
}

/** What a commit did. */
export interface Commit {
  readonly space: string;
  readonly stamp: number;
  readonly userId: string;
  readonly records: readonly RecordState[];
}
