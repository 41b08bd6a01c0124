// Users and their API keys, kept as records of a space that only the server uses: on every store, on every node, in every backup.

import {
  canonicalJson,
  type Fields,
  type RecordKey,
  recordKeyToText,
  SynclineError,
} from "@syncline/core";
import { newSpace } from "../engine/admit.ts";
import type { ServerWrite } from "../engine/contract.ts";
import type { EngineEnvironment } from "../engine/environment.ts";
import { serverWrites } from "../engine/server-writes.ts";
import type { Store } from "../store/port.ts";
import { type ForeignUser, recordsOf, type TakenIn, takenIn } from "./foreign-keys.ts";
import { createKeyMatcher } from "./key-matcher.ts";
import {
  type GetRecord,
  type KeyFields,
  keyKey,
  type SetupFields,
  SPACE,
  setupKey,
  UNSEEN,
  type UnseenFields,
  type UnseenKeyFields,
  type UserFields,
  userKey,
} from "./key-records.ts";
import { hashOf, isKey, isSetupCode, newKey, newSetupCode } from "./secrets.ts";
import { uuid7 } from "./uuid7.ts";

/** A key as its user is shown it; the key itself is shown once, when it is made. */
export interface KeyInfo {
  readonly uuid: string;
  readonly user: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly expiresAtMs: number | null;
  /** What it is good for: `app`, `app/space`, with `read:` before it for reading only; null: everything of its user. */
  readonly scopes: readonly string[] | null;
}

export interface NewKeyOptions {
  readonly description?: string;
  readonly scopes?: readonly string[];
  readonly expiresAtMs?: number;
}

export interface KeyStore {
  /**
   * Takes users of another server in, all or none. Their keys and codes go on working; each is taken in once, so that what was
   * revoked here since does not come back. Gives how many were new.
   */
  takeIn(users: readonly ForeignUser[]): Promise<TakenIn>;
  /** False when the user is there already. */
  createUser(user: string): Promise<boolean>;
  hasUser(user: string): Promise<boolean>;
  /** @throws {SynclineError} `not_found` for an unknown user; `too_large` when it has as many keys as it may */
  createKey(
    user: string,
    options?: NewKeyOptions,
  ): Promise<{ readonly key: string; readonly info: KeyInfo }>;
  /**
   * Makes a code with which a device gets a key, once, within 24 hours. Older codes of the user are good no more.
   * @throws {SynclineError} `not_found` for an unknown user
   */
  issueSetup(user: string): Promise<{ readonly code: string; readonly expiresAtMs: number }>;
  /** Makes a key for a code, which is good no more. Undefined when it is not good: unknown, used or too old. */
  exchange(
    code: string,
    description: string,
  ): Promise<{ readonly key: string; readonly info: KeyInfo } | undefined>;
  /** Whose key it is; undefined when it is none, or no more. */
  verify(key: string): Promise<KeyInfo | undefined>;
  /** Which of these are still good, each by the hash that it is kept under. */
  areGood(keyIds: readonly string[]): Promise<ReadonlySet<string>>;
  list(user: string): Promise<KeyInfo[]>;
  /** False when the user has no such key. */
  revoke(user: string, uuid: string): Promise<boolean>;
  /** Takes all keys and codes of a user away; gives how many keys those were. */
  revokeAll(user: string): Promise<number>;
}

const SETUP_MS = 24 * 3_600_000;
const MAX_KEYS = 100;
/** How often it is noted that a key was used. */
const USED_EVERY_MS = 60_000;
const MAX_TRIES = 16;

export interface KeyStoreOptions {
  readonly store: Store;
  readonly environment: EngineEnvironment;
  failed(what: string, thrown: unknown): void;
}

export function createKeyStore({ store, environment, failed }: KeyStoreOptions): KeyStore {
  const now = () => environment.now();
  /** What was read of the keys whose connections are open, at a stamp of their space. */
  let looked = { stamp: -1, keys: new Map<string, KeyFields | undefined>() };
  const matcher = createKeyMatcher();

  async function read<Kind extends Fields>(key: RecordKey): Promise<Kind | undefined> {
    const record = await store.record(SPACE, key);
    // Nobody else writes to this space.
    return record === undefined || record.deleted ? undefined : (record.fields as Kind);
  }

  /** Decides with the records as they are while the space is locked. */
  async function change<Result>(
    keys: readonly RecordKey[],
    decide: (get: GetRecord) => {
      readonly writes: readonly (RecordKey & { readonly fields: Fields | null })[];
      readonly result: Result;
    },
  ): Promise<Result> {
    const [result] = await store.commit<Result>([
      {
        space: SPACE,
        create: newSpace(environment),
        records: keys,
        decide(loaded) {
          const get = <Kind extends Fields>(key: RecordKey) => {
            const record = loaded?.records.get(recordKeyToText(key));
            return record === undefined || record.deleted ? undefined : (record.fields as Kind);
          };
          const decided = decide(get);
          if (loaded === undefined || decided.writes.length === 0)
            return { result: decided.result };
          const writes: readonly ServerWrite[] = decided.writes;
          const options = { wallMs: now(), by: "server" };
          return { writes: serverWrites(loaded, writes, options).writes, result: decided.result };
        },
      },
    ]);
    if (result === undefined) throw new SynclineError("internal");
    return result;
  }

  function freshKey(
    user: string,
    options: NewKeyOptions,
  ): { key: string; hash: string; fields: KeyFields } {
    const key = newKey();
    const fields: KeyFields = {
      uuid: uuid7(now()),
      user,
      description: options.description ?? "",
      createdAtMs: now(),
      lastUsedAtMs: null,
      expiresAtMs: options.expiresAtMs ?? null,
      scopes: options.scopes ?? null,
    };
    return { key, hash: hashOf(key), fields };
  }

  /** Changes a user and all that belongs to it. `decide` is asked again when the user was changed meanwhile. */
  async function changeOwned<Result>(
    user: string,
    decide: (
      fields: UserFields,
      get: GetRecord,
    ) => {
      readonly writes: readonly (RecordKey & { readonly fields: Fields | null })[];
      readonly result: Result;
    },
  ): Promise<Result | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const seen = await read<UserFields>(userKey(user));
      if (seen === undefined) return undefined;
      const owned = [
        ...seen.keys.map(keyKey),
        ...(seen.setup === null ? [] : [setupKey(seen.setup)]),
      ];
      const outcome = await change([userKey(user), ...owned], (get) => {
        const fields = get<UserFields>(userKey(user));
        if (fields === undefined || canonicalJson(fields) !== canonicalJson(seen))
          return { writes: [], result: null };
        const { writes, result } = decide(fields, get);
        return { writes, result: { value: result } };
      });
      if (outcome !== null) return outcome.value;
    }
    throw new SynclineError("unavailable", "This user is changed all the time.", { retryAfter: 1 });
  }

  /** The record of a key of another server, when this is one: from now on it is found as ours are. */
  async function recognise(key: string): Promise<KeyFields | undefined> {
    const { keys = [] } = (await read<UnseenFields>(UNSEEN)) ?? {};
    if (keys.length === 0) return undefined;
    const found = await matcher.find(key, keys, async (id) => {
      return (await read<UnseenKeyFields>(keyKey(id)))?.bcrypt;
    });
    if (found === undefined) return undefined;
    const { user = "" } = (await read<KeyFields>(keyKey(found))) ?? {};
    const [old, owner, fresh] = [keyKey(found), userKey(user), keyKey(hashOf(key))];
    return await change([old, owner, fresh, UNSEEN], (get) => {
      const held = get<KeyFields>(old);
      const whose = get<UserFields>(owner);
      // Shown twice at once: the other one was first. Or it was revoked meanwhile.
      if (held === undefined || whose === undefined)
        return { writes: [], result: get<KeyFields>(fresh) };
      const { bcrypt: _bcrypt, ...fields } = held;
      const next: UserFields = {
        ...whose,
        keys: whose.keys.map((id) => (id === found ? fresh.id : id)),
      };
      const unseen = get<UnseenFields>(UNSEEN)?.keys.filter((id) => id !== found) ?? [];
      const writes = [
        { ...old, fields: null },
        { ...fresh, fields },
        { ...owner, fields: next },
        { ...UNSEEN, fields: { keys: unseen } },
      ];
      return { writes, result: fields };
    });
  }

  const noUser = () => new SynclineError("not_found", "There is no such user.", { path: "user" });

  return {
    async createUser(user) {
      checkUser(user);
      const key = userKey(user);
      return await change([key], (get) => {
        if (get(key) !== undefined) return { writes: [], result: false };
        const fields: UserFields = { user, createdAtMs: now(), keys: [], setup: null };
        return { writes: [{ ...key, fields }], result: true };
      });
    },

    async takeIn(users) {
      for (const { user } of users) checkUser(user);
      return await change(recordsOf(users), (get) => takenIn(users, get));
    },

    hasUser: async (user) => (await read(userKey(user))) !== undefined,

    async createKey(user, options = {}) {
      checkScopes(options.scopes);
      const { key, hash, fields } = freshKey(user, options);
      const owner = userKey(user);
      const outcome = await change([owner], (get) => {
        const held = get<UserFields>(owner);
        if (held === undefined) return { writes: [], result: "unknown" as const };
        if (held.keys.length >= MAX_KEYS) return { writes: [], result: "full" as const };
        const next: UserFields = { ...held, keys: [...held.keys, hash] };
        const writes = [
          { ...keyKey(hash), fields },
          { ...owner, fields: next },
        ];
        return { writes, result: "made" as const };
      });
      if (outcome === "unknown") throw noUser();
      if (outcome === "full")
        throw new SynclineError("too_large", `A user has at most ${MAX_KEYS} keys.`, {
          path: "user",
        });
      return { key, info: fields };
    },

    async issueSetup(user) {
      const code = newSetupCode();
      const hash = hashOf(code);
      const expiresAtMs = now() + SETUP_MS;
      const issued = await changeOwned(user, (held) => {
        const fields: SetupFields = { user, expiresAtMs };
        const next: UserFields = { ...held, setup: hash };
        const old = held.setup === null ? [] : [{ ...setupKey(held.setup), fields: null }];
        return {
          writes: [...old, { ...setupKey(hash), fields }, { ...userKey(user), fields: next }],
          result: true,
        };
      });
      if (issued === undefined) throw noUser();
      return { code, expiresAtMs };
    },

    async exchange(code, description) {
      if (!isSetupCode(code)) return undefined;
      const setup = setupKey(hashOf(code));
      const known = await read<SetupFields>(setup);
      if (known === undefined) return undefined;
      const { key, hash, fields } = freshKey(known.user, { description });
      const owner = userKey(known.user);
      const made = await change([setup, owner], (get) => {
        const held = get<UserFields>(owner);
        const good = (get<SetupFields>(setup)?.expiresAtMs ?? 0) > now();
        if (held === undefined || !good || held.keys.length >= MAX_KEYS)
          return { writes: [], result: false };
        const next: UserFields = { ...held, keys: [...held.keys, hash], setup: null };
        const writes = [
          { ...setup, fields: null },
          { ...keyKey(hash), fields },
          { ...owner, fields: next },
        ];
        return { writes, result: true };
      });
      return made ? { key, info: fields } : undefined;
    },

    async verify(key) {
      if (!isKey(key)) return undefined;
      const record = keyKey(hashOf(key));
      const info = (await read<KeyFields>(record)) ?? (await recognise(key));
      if (info === undefined || (info.expiresAtMs ?? Number.POSITIVE_INFINITY) <= now())
        return undefined;
      if (now() - (info.lastUsedAtMs ?? 0) > USED_EVERY_MS) {
        const lastUsedAtMs = now();
        change([record], (get) => {
          const held = get<KeyFields>(record);
          const writes =
            held === undefined ? [] : [{ ...record, fields: { ...held, lastUsedAtMs } }];
          return { writes, result: true };
        }).catch((thrown: unknown) => failed("noting that a key was used", thrown));
      }
      return info;
    },

    async areGood(keyIds) {
      // Where nothing was written since, what was found is found again.
      const stamp = (await store.head(SPACE))?.stamp ?? 0;
      if (stamp !== looked.stamp) looked = { stamp, keys: new Map() };
      const { keys } = looked;
      for (const id of new Set(keyIds))
        if (!keys.has(id)) keys.set(id, await read<KeyFields>(keyKey(id)));
      const isGood = (key: KeyFields | undefined) =>
        key !== undefined && (key.expiresAtMs ?? Number.POSITIVE_INFINITY) > now();
      return new Set(keyIds.filter((id) => isGood(keys.get(id))));
    },

    async list(user) {
      const held = await read<UserFields>(userKey(user));
      const keys = await Promise.all(
        (held?.keys ?? []).map((hash) => read<KeyFields>(keyKey(hash))),
      );
      return keys.flatMap((key) => {
        if (key === undefined) return [];
        const { bcrypt: _bcrypt, ...info } = key;
        return [info];
      });
    },

    async revoke(user, uuid) {
      const revoked = await changeOwned(user, (held, get) => {
        const hash = held.keys.find((one) => get<KeyFields>(keyKey(one))?.uuid === uuid);
        if (hash === undefined) return { writes: [], result: false };
        const next: UserFields = { ...held, keys: held.keys.filter((one) => one !== hash) };
        const writes = [
          { ...keyKey(hash), fields: null },
          { ...userKey(user), fields: next },
        ];
        return { writes, result: true };
      });
      return revoked ?? false;
    },

    async revokeAll(user) {
      const count = await changeOwned(user, (held) => ({
        writes: [
          ...held.keys.map((hash) => ({ ...keyKey(hash), fields: null })),
          ...(held.setup === null ? [] : [{ ...setupKey(held.setup), fields: null }]),
          { ...userKey(user), fields: { ...held, keys: [], setup: null } },
        ],
        result: held.keys.length,
      }));
      return count ?? 0;
    },
  };
}

function checkUser(user: string): void {
  if (user !== "" && user.length <= 128 && user.isWellFormed()) return;
  throw new SynclineError("invalid", "A user id has 1 to 128 characters.", { path: "user" });
}

const SCOPE = /^(?:read:)?[A-Za-z0-9_.:-]{1,128}(?:\/[~A-Za-z0-9_.:=-]{1,257})?$/;

function checkScopes(scopes: readonly string[] | undefined): void {
  const bad = scopes?.findIndex((scope) => !SCOPE.test(scope)) ?? -1;
  if (bad === -1 && (scopes === undefined || (scopes.length > 0 && scopes.length <= 64))) return;
  throw new SynclineError(
    "invalid",
    "A scope is `app` or `app/space`, with `read:` before it for reading only.",
    { path: bad === -1 ? "scopes" : `scopes.${bad}` },
  );
}
