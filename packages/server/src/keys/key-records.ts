// The records in which users, their keys and their codes lie.

import type { Fields, RecordKey } from "@syncline/core";
import { hashOf } from "./secrets.ts";

/** The space of the users and keys. No client gets at an app whose name begins with a dot. */
export const SPACE = ".syncline/keys";

/** Reads a record as it is while the space is locked. */
export type GetRecord = <Kind extends Fields>(key: RecordKey) => Kind | undefined;

export interface UserFields extends Fields {
  readonly user: string;
  readonly createdAtMs: number;
  /** The records of its keys. */
  readonly keys: readonly string[];
  readonly setup: string | null;
}
export interface SetupFields extends Fields {
  readonly user: string;
  readonly expiresAtMs: number;
}
export interface KeyFields extends Fields {
  readonly uuid: string;
  readonly user: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly scopes: readonly string[] | null;
}
/** Of a key of another server that nobody has shown here yet. */
export interface UnseenKeyFields extends KeyFields {
  readonly bcrypt: string;
}
/** The records of all keys that only a hash of bcrypt is known of. */
export interface UnseenFields extends Fields {
  readonly keys: readonly string[];
}

export const userKey = (user: string): RecordKey => ({ collection: "users", id: hashOf(user) });
export const setupKey = (hash: string): RecordKey => ({ collection: "setups", id: hash });
export const keyKey = (hash: string): RecordKey => ({ collection: "keys", id: hash });
/** Which keys nobody has shown here yet. */
export const UNSEEN: RecordKey = { collection: "foreign", id: "unseen" };
/** Notes for good that a key or a code of another server was taken in. */
export const takenKey = (what: string): RecordKey => ({ collection: "taken", id: hashOf(what) });
