// Who is let in: accounts, API keys, and what checks a token or a key, in one.

import { issuerOf, sessionKeyOf } from "../accounts/account-keys.ts";
import {
  type AccountOptions,
  type Accounts,
  createAccounts,
  withAccounts,
} from "../accounts/accounts.ts";
import type { Audit } from "../audit/audit.ts";
import { auditedAccounts } from "../audit/audited.ts";
import { createLocks, type Locks, withLocks } from "../auth/locks.ts";
import type { Principal } from "../auth/principal.ts";
import {
  createTokenVerifier,
  type TokenOptions,
  type TokenVerifier,
} from "../auth/verify-token.ts";
import { createKeyStore, type KeyStore, withKeys } from "../keys/index.ts";
import type { RateLimiter } from "../rate/port.ts";
import type { Store } from "../store/port.ts";
import { systemEngineEnvironment } from "../system-environment.ts";
import { createStillGood } from "./still-good.ts";
import { tellingAccounts, tellingKeys } from "./telling.ts";

export interface PeopleOptions {
  readonly store: Store;
  readonly auth: TokenOptions;
  /** None are kept where left out. */
  readonly accounts: AccountOptions | undefined;
  readonly limiter: RateLimiter;
  readonly audit: Audit;
  /** Says on all nodes that something about a user changed. */
  tell(userId: string): void;
  /** Waits until what was accepted is written. */
  drain(): Promise<void>;
  failed(what: string, thrown: unknown): void;
}

export interface People {
  readonly keys: KeyStore;
  readonly accounts: Accounts | undefined;
  readonly locks: Locks;
  /** Of tokens and keys. */
  readonly verifyToken: TokenVerifier;
  /** Which of those who are connected may still be. */
  readonly areGood: (principals: readonly Principal[]) => Promise<ReadonlySet<Principal>>;
}

/** @throws {SynclineError} `config` when no key for tokens is given or one cannot be read */
export async function openPeople(options: PeopleOptions): Promise<People> {
  const { store, auth, audit, tell, failed, drain } = options;
  const now = () => Date.now();
  const keys = tellingKeys(
    createKeyStore({ store, environment: systemEngineEnvironment(), failed }),
    tell,
  );
  const locks = createLocks(store.locks, () => performance.now());
  const verifyJwt = await createTokenVerifier(auth, {
    now,
    failed: (thrown) => failed("fetching the keys for tokens", thrown),
  });
  const accounts =
    options.accounts === undefined
      ? undefined
      : auditedAccounts(
          tellingAccounts(
            createAccounts({
              ...options.accounts,
              issueToken: await issuerOf(auth),
              key: sessionKeyOf(auth),
              store: store.accounts,
              limiter: options.limiter,
              locks,
              now,
              drain,
              failed,
            }),
            tell,
          ),
          audit,
        );
  const verifyPeople = accounts === undefined ? verifyJwt : withAccounts(verifyJwt, accounts);
  const verifyToken = withLocks(withKeys(verifyPeople, keys, now), locks);
  const kept = accounts === undefined ? {} : { accounts: store.accounts };
  const areGood = createStillGood({ keys, locks: store.locks, ...kept });
  return { keys, accounts, locks, verifyToken, areGood };
}
