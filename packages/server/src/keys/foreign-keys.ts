// Users of another server, with keys of which only hashes of bcrypt are known: what to write to take them in. Pure.

import type { Fields, RecordKey } from "@syncline/core";
import {
  type GetRecord,
  type KeyFields,
  keyKey,
  type SetupFields,
  setupKey,
  takenKey,
  UNSEEN,
  type UnseenFields,
  type UserFields,
  userKey,
} from "./key-records.ts";
import { hashOf } from "./secrets.ts";

/** A key that another server made, of which there is a hash of bcrypt and nothing else. */
export interface ForeignKey {
  readonly uuid: string;
  readonly bcrypt: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

/** A user with what another server knows them by. */
export interface ForeignUser {
  readonly user: string;
  readonly createdAtMs: number;
  readonly keys: readonly ForeignKey[];
  /** The code that was issued last, if it is good still. */
  readonly setup: { readonly code: string; readonly expiresAtMs: number } | undefined;
}

export interface TakenIn {
  readonly users: number;
  readonly keys: number;
  readonly setups: number;
}

/** The records that it is decided with. */
export function recordsOf(users: readonly ForeignUser[]): RecordKey[] {
  const own = users.flatMap(({ user, keys, setup }) => [
    userKey(user),
    ...keys.map(({ uuid }) => takenKey(uuid)),
    ...(setup === undefined ? [] : [takenKey(setup.code)]),
  ]);
  return [UNSEEN, ...own];
}

export function takenIn(
  users: readonly ForeignUser[],
  get: GetRecord,
): {
  readonly writes: readonly (RecordKey & { readonly fields: Fields })[];
  readonly result: TakenIn;
} {
  const writes: (RecordKey & { readonly fields: Fields })[] = [];
  const counts = { users: 0, keys: 0, setups: 0 };
  const unseen = [...(get<UnseenFields>(UNSEEN)?.keys ?? [])];
  for (const { user, createdAtMs, keys, setup } of users) {
    const held = get<UserFields>(userKey(user));
    const fresh = keys.filter(({ uuid }) => get(takenKey(uuid)) === undefined);
    const code = setup === undefined || get(takenKey(setup.code)) !== undefined ? undefined : setup;
    if (held === undefined) counts.users += 1;
    else if (fresh.length === 0 && code === undefined) continue;
    for (const { uuid, bcrypt, ...about } of fresh) {
      const fields: KeyFields = {
        uuid,
        user,
        ...about,
        expiresAtMs: null,
        scopes: null,
        bcrypt,
      };
      unseen.push(hashOf(bcrypt));
      writes.push({ ...keyKey(hashOf(bcrypt)), fields });
      writes.push({ ...takenKey(uuid), fields: { user } });
    }
    counts.keys += fresh.length;
    // A code that was issued here ends those from elsewhere.
    const isLater = code !== undefined && (held?.setup ?? null) === null;
    if (code !== undefined) writes.push({ ...takenKey(code.code), fields: { user } });
    if (code !== undefined && isLater) {
      const fields: SetupFields = { user, expiresAtMs: code.expiresAtMs };
      writes.push({ ...setupKey(hashOf(code.code)), fields });
      counts.setups += 1;
    }
    const next: UserFields = {
      user,
      createdAtMs: held?.createdAtMs ?? createdAtMs,
      keys: [...(held?.keys ?? []), ...fresh.map(({ bcrypt }) => hashOf(bcrypt))],
      setup: code !== undefined && isLater ? hashOf(code.code) : (held?.setup ?? null),
    };
    writes.push({ ...userKey(user), fields: next });
  }
  if (counts.keys > 0) writes.push({ ...UNSEEN, fields: { keys: unseen } });
  return { writes, result: counts };
}
