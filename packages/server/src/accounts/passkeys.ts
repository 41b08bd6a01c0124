// Passkeys (WebAuthn): a device signs a challenge with a key that it keeps for this app's domain alone. What was asked is
// kept in the store under the hash of the challenge, for one use, so that any node can take what comes back.

import { createHash, randomBytes } from "node:crypto";
import { SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import { networkOf } from "../rate/throttle.ts";
import type { AccountStore, PasskeyRow } from "../store/account-port.ts";
import type { Account, From, SignedIn } from "./accounts.ts";
import type { Attempts } from "./attempts.ts";
import { MAX_PASSWORD } from "./credentials.ts";
import type { PasskeyPlace } from "./passkey-options.ts";
import { NO_PASSWORD, type Passwords } from "./password.ts";
import { readable } from "./sessions.ts";

type Library = typeof import("@simplewebauthn/server");
/** What `navigator.credentials.create` is asked for, as JSON. */
export type CreationOptions = Awaited<ReturnType<Library["generateRegistrationOptions"]>>;
/** What `navigator.credentials.get` is asked for, as JSON. */
export type RequestOptions = Awaited<ReturnType<Library["generateAuthenticationOptions"]>>;

/** What a browser made: the JSON of a `PublicKeyCredential`. */
export interface NewCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: "public-key";
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: string[];
  };
}

/** What a browser signed: the JSON of a `PublicKeyCredential`. */
export interface SignedCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: "public-key";
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string;
  };
}

/** A passkey in the list of a person's own. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Null where nobody has signed in with it yet. */
  readonly usedAtMs: number | null;
}

export interface Passkeys {
  /** The domain that they are for. */
  readonly rpId: string;
  list(userId: string): Promise<Passkey[]>;
  /**
   * Begins to add one.
   * @param password the account's, where it has one: a token that was stolen adds no passkey
   * @throws {SynclineError} `forbidden` with path `password`; `quota_exceeded`, `rate_limited`, `unavailable`
   */
  startAdding(
    principal: Principal,
    password: string | undefined,
    from: From,
  ): Promise<CreationOptions>;
  /**
   * @param name for its owner's list
   * @throws {SynclineError} `invalid` with path `credential` when it is no answer to what this person began, or not
   *   accepted; `conflict` where it was added before; `quota_exceeded`
   */
  add(principal: Principal, credential: NewCredential, name: string): Promise<Passkey>;
  /** False when the person has no such passkey. */
  rename(userId: string, id: string, name: string): Promise<boolean>;
  /**
   * @returns false when the person has no such passkey
   * @throws {SynclineError} `conflict` when it is the last way to sign in
   */
  remove(userId: string, id: string): Promise<boolean>;
  /** @throws {SynclineError} `rate_limited` */
  startSignIn(from: From): Promise<RequestOptions>;
  /**
   * @returns undefined when it was not accepted: nobody is told why
   * @throws {SynclineError} `account_locked`, `rate_limited`
   */
  signIn(
    credential: SignedCredential,
    from: From & { readonly device: string },
  ): Promise<SignedIn | undefined>;
}

export interface PasskeysOptions {
  readonly place: PasskeyPlace;
  readonly store: AccountStore;
  readonly attempts: Attempts;
  readonly passwords: Passwords;
  /** Whether who has no password can sign in without any passkey: by mail, or as somebody of these providers. */
  readonly otherWays: { readonly mail: boolean; readonly issuers: readonly string[] };
  now(): number;
  open(account: Account, device: string): Promise<SignedIn>;
}

/** Of one person. */
const MOST = 20;
const CHALLENGE_MS = 5 * 60_000;
const CHALLENGE_BYTES = 32;
/** Ed25519, ECDSA with P-256, RSA: what devices have. */
const ALGORITHMS = [-8, -7, -257];

export function createPasskeys(options: PasskeysOptions): Passkeys {
  const { place, store, attempts, passwords, otherWays, now } = options;
  const { origins, rpId } = place;
  const expected = { expectedOrigin: [...origins], expectedRPID: rpId };
  const common = { rpID: rpId, timeout: CHALLENGE_MS };

  async function newChallenge(purpose: Purpose, userId: string): Promise<Uint8Array<ArrayBuffer>> {
    const challenge = new Uint8Array(randomBytes(CHALLENGE_BYTES));
    const hash = hashOf(purpose, Buffer.from(challenge).toString("base64url"));
    const expiresAtMs = now() + CHALLENGE_MS;
    await store.keepLink({ hash, purpose, userId, email: "", secret: "", expiresAtMs }, now());
    return challenge;
  }

  /**
   * The challenge that was signed, which is none from then on.
   * @returns undefined when it is none of ours, was used, or its time is over
   */
  async function takeChallenge(
    purpose: Purpose,
    clientData: string,
  ): Promise<{ readonly challenge: string; readonly userId: string } | undefined> {
    const challenge = challengeIn(clientData);
    if (challenge === undefined) return undefined;
    const link = await store.takeLink(hashOf(purpose, challenge), now());
    return link && { challenge, userId: link.userId };
  }

  async function ofUser(userId: string, id: string): Promise<PasskeyRow | undefined> {
    return (await store.passkeys(userId)).find((row) => shownId(row.id) === id);
  }

  async function checkRoom(userId: string): Promise<readonly PasskeyRow[]> {
    const rows = await store.passkeys(userId);
    if (rows.length < MOST) return rows;
    throw new SynclineError("quota_exceeded", `An account has ${MOST} passkeys at most.`);
  }

  /** Whether somebody gets in without any passkey. */
  async function hasOtherWay(userId: string): Promise<boolean> {
    const row = await store.byUser(userId);
    if (otherWays.mail || (row !== undefined && row.secret !== NO_PASSWORD)) return true;
    const identities = await store.identities(userId);
    return identities.some(({ issuer }) => otherWays.issuers.includes(issuer));
  }

  return {
    rpId,
    list: async (userId) => (await store.passkeys(userId)).map(shown),
    async startAdding({ userId }, password = "", { address }) {
      const row = await store.byUser(userId);
      if (row === undefined) throw new SynclineError("unauthenticated");
      if (row.secret !== NO_PASSWORD) {
        await attempts.guess(row.email, address);
        const tried = password.slice(0, MAX_PASSWORD + 1);
        if (!(await passwords.isRight(tried, row.secret, networkOf(address))))
          throw new SynclineError("forbidden", "The password is wrong.", { path: "password" });
      }
      await attempts.challenge(address);
      const { generateRegistrationOptions } = await import("@simplewebauthn/server");
      const known = await checkRoom(userId);
      return await generateRegistrationOptions({
        ...common,
        rpName: place.name,
        userID: handleOf(userId),
        userName: row.email,
        challenge: await newChallenge("new-passkey", userId),
        attestationType: "none",
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: known.map(({ id, transports }) => ({
          id,
          transports: JSON.parse(transports) as string[], // as `add` wrote it
        })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      });
    },
    async add({ userId }, credential, name) {
      const { clientDataJSON, attestationObject, transports = [] } = credential.response;
      const asked = await takeChallenge("new-passkey", clientDataJSON);
      if (asked?.userId !== userId) throw refused();
      await checkRoom(userId);
      const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
      const { verified, registrationInfo } = await plain(attestationObject)
        .then((attestation) =>
          verifyRegistrationResponse({
            ...expected,
            response: {
              ...credential,
              response: { clientDataJSON, attestationObject: attestation, transports },
              clientExtensionResults: {},
            },
            expectedChallenge: asked.challenge,
            requireUserVerification: true,
            supportedAlgorithmIDs: ALGORITHMS,
          }),
        )
        .catch((cause: unknown) => {
          throw refused(cause);
        });
      if (!verified || registrationInfo.credential.id !== credential.id) throw refused();
      const { id, publicKey, counter } = registrationInfo.credential;
      const row: PasskeyRow = {
        id,
        userId,
        publicKey: Buffer.from(publicKey).toString("base64url"),
        counter,
        transports: JSON.stringify(transports),
        name: readable(name),
        createdAtMs: now(),
        usedAtMs: 0,
      };
      if (await store.addPasskey(row)) return shown(row);
      throw new SynclineError("conflict", "This passkey was added before.", { path: "credential" });
    },
    async rename(userId, id, name) {
      const row = await ofUser(userId, id);
      return row !== undefined && (await store.renamePasskey(userId, row.id, readable(name)));
    },
    async remove(userId, id) {
      const row = await ofUser(userId, id);
      if (row === undefined) return false;
      const others = (await hasOtherWay(userId)) ? 0 : 1;
      if (await store.removePasskey(userId, row.id, others)) return true;
      if ((await store.passkey(row.id)) === undefined) return false;
      throw new SynclineError(
        "conflict",
        "This passkey is the last way to sign in. Add another one or set a password first.",
        { path: "id" },
      );
    },
    async startSignIn({ address }) {
      await attempts.challenge(address);
      const { generateAuthenticationOptions } = await import("@simplewebauthn/server");
      return await generateAuthenticationOptions({
        ...common,
        challenge: await newChallenge("passkey", ""),
        userVerification: "required",
      });
    },
    async signIn(credential, { address, device }) {
      await attempts.passkey(credential.id, address);
      const asked = await takeChallenge("passkey", credential.response.clientDataJSON);
      const row = await store.passkey(credential.id);
      if (asked === undefined || row === undefined) return undefined;
      const handle = Buffer.from(handleOf(row.userId)).toString("base64url");
      if (credential.response.userHandle !== handle) return undefined;
      const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
      const answer = await verifyAuthenticationResponse({
        ...expected,
        response: { ...credential, clientExtensionResults: {} },
        expectedChallenge: asked.challenge,
        requireUserVerification: true,
        credential: {
          id: row.id,
          publicKey: new Uint8Array(Buffer.from(row.publicKey, "base64url")),
          counter: row.counter,
        },
      }).catch(() => undefined);
      if (answer?.verified !== true) return undefined;
      const account = await store.byUser(row.userId);
      if (account === undefined) return undefined;
      // Of two who come with one count, one made a copy.
      const used = { counter: answer.authenticationInfo.newCounter, atMs: now() };
      if (!(await store.usePasskey(row.id, used))) return undefined;
      return await options.open({ userId: account.userId, email: account.email }, device);
    },
  };
}

type Purpose = "passkey" | "new-passkey";

/** For one purpose: a challenge of another one is none, and is not used up by the attempt. */
function hashOf(purpose: Purpose, challenge: string): string {
  return createHash("sha256").update(`${purpose}.${challenge}`).digest("base64url");
}

/** What devices call a person: it says nothing about him to who finds one. */
function handleOf(userId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(`passkey.${userId}`).digest());
}

/** The name of a passkey in lists and addresses: shorter than devices' own ids may be. */
function shownId(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, 22);
}

function shown({ id, name, createdAtMs, usedAtMs }: PasskeyRow): Passkey {
  return { id: shownId(id), name, createdAtMs, usedAtMs: usedAtMs === 0 ? null : usedAtMs };
}

function challengeIn(clientData: string): string | undefined {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientData, "base64url").toString("utf8"));
    const challenge: unknown = Reflect.get(Object(said), "challenge");
    return typeof challenge === "string" ? challenge : undefined;
  } catch {
    return undefined; // no JSON, and so nothing that a browser sent
  }
}

/**
 * A new passkey without what its device's maker says of it. None is asked for, and so none is looked at: to check a certificate
 * is to parse what somebody sent, and to fetch lists that it names.
 */
async function plain(attestation: string): Promise<string> {
  const { decodeAttestationObject, isoCBOR } = await import("@simplewebauthn/server/helpers");
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestation, "base64url")));
  const said = new Map<string, string | Uint8Array | Map<string, string>>([
    ["fmt", "none"],
    ["attStmt", new Map<string, string>()],
    ["authData", decoded.get("authData")],
  ]);
  return Buffer.from(isoCBOR.encode(said)).toString("base64url");
}

function refused(cause?: unknown): SynclineError {
  return new SynclineError("invalid", "This passkey was not accepted. Begin to add it again.", {
    path: "credential",
    ...(cause === undefined ? {} : { cause }),
  });
}
