// Passkeys from the app: the browser makes them and signs with them, and the server says with what.

import { base64FromBytes, bytesFromBase64 } from "./base64.ts";
import {
  type AccountClientOptions,
  checked,
  createCalls,
  type Session,
  type SignInOptions,
  textIn,
} from "./calls.ts";

export interface Passkey {
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Null where nobody has signed in with it yet. */
  readonly usedAtMs: number | null;
}

/**
 * What came between a person and a passkey: `cancelled` who gave up, or whose device has none for this app (browsers do not
 * say which); `known` where the device has one for this account; `unsupported` where the browser has no passkeys, or none
 * for this page.
 */
export class PasskeyError extends Error {
  override readonly name = "PasskeyError";
  readonly code: "cancelled" | "known" | "unsupported";

  constructor(code: PasskeyError["code"], message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

export interface PasskeyClient {
  /** Whether this browser has passkeys, and the server takes them. */
  offered(): Promise<boolean>;
  /**
   * Has the browser make a passkey. Call it when the person pressed a button: some browsers want that.
   * @param token of a session, here and below
   * @param options `password` where the account has one; `name` for its owner's list
   * @throws {PasskeyError} where the browser made none
   * @throws {SynclineError} `forbidden` with path `password`, `quota_exceeded`, `invalid` when it took too long
   */
  add(
    token: string,
    options?: { readonly password?: string; readonly name?: string },
  ): Promise<Passkey>;
  /**
   * Signs in with whichever passkey the person chooses; nobody types who he is.
   * @throws {PasskeyError} where the browser signed nothing
   * @throws {SynclineError} `unauthenticated` when the server does not accept it
   */
  signIn(options?: SignInOptions): Promise<Session>;
  /** The person's passkeys, the oldest first. */
  list(token: string): Promise<readonly Passkey[]>;
  rename(token: string, id: string, name: string): Promise<void>;
  /** @throws {SynclineError} `conflict` when it is the last way to sign in */
  remove(token: string, id: string): Promise<void>;
}

/**
 * The passkeys of a server's accounts. In a browser; on a page of one of the origins that the server was told.
 *
 * @throws {SynclineError} with the server's code; `offline` when it cannot be reached
 */
export function createPasskeyClient(options: AccountClientOptions): PasskeyClient {
  const { call, ask, session } = createCalls(options);
  return {
    async offered() {
      if (!isSupported()) return false;
      return (await call("/passkeys/sign-in", { method: "GET" })).status === 200;
    },
    async add(token, { password, name } = {}) {
      checkSupported();
      const body = password === undefined ? {} : { password };
      const begun = await ask("/passkeys/start", { token, body });
      const publicKey = creationOf(checked(begun.body, hasCreation).options);
      const made = await byBrowser(() => navigator.credentials.create({ publicKey }));
      const credential = newCredential(made);
      const more = name === undefined ? {} : { name };
      const answer = await ask("/passkeys", { token, body: { credential, ...more } });
      return checked(answer.body, isPasskey);
    },
    async signIn(how = {}) {
      checkSupported();
      const begun = await ask("/passkeys/sign-in/start", {});
      const publicKey = requestOf(checked(begun.body, hasRequest).options);
      const signed = await byBrowser(() => navigator.credentials.get({ publicKey }));
      return await session("/passkeys/sign-in", { credential: signedCredential(signed), ...how });
    },
    async list(token) {
      const { body } = await ask("/passkeys", { method: "GET", token });
      return checked(body, hasPasskeys).passkeys;
    },
    async rename(token, id, name) {
      await ask(`/passkeys/${encodeURIComponent(id)}`, { method: "PUT", token, body: { name } });
    },
    async remove(token, id) {
      await ask(`/passkeys/${encodeURIComponent(id)}`, { method: "DELETE", token });
    },
  };
}

function isSupported(): boolean {
  return typeof PublicKeyCredential === "function" && "credentials" in navigator;
}

function checkSupported(): void {
  if (!isSupported()) throw new PasskeyError("unsupported", "This browser has no passkeys here.");
}

/** What the browser gives, and its refusals by name. */
async function byBrowser(work: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await work();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (cause) {
    switch (textIn(cause, "name")) {
      case "NotAllowedError":
      case "AbortError":
        throw new PasskeyError("cancelled", "No passkey was chosen.", cause);
      case "InvalidStateError":
        throw new PasskeyError("known", "This device has a passkey for this account.", cause);
      default:
        throw new PasskeyError("unsupported", "This browser has no passkeys here.", cause);
    }
  }
  throw new PasskeyError("cancelled", "No passkey was chosen.");
}

/** As the browser wants it, but that bytes are text. */
interface CreationJson {
  readonly challenge: string;
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly excludeCredentials?: readonly {
    readonly id: string;
    readonly type: "public-key";
    readonly transports?: AuthenticatorTransport[];
  }[];
  readonly rp: PublicKeyCredentialRpEntity;
  readonly pubKeyCredParams: PublicKeyCredentialParameters[];
}

interface RequestJson {
  readonly challenge: string;
  readonly rpId?: string;
}

function creationOf(json: CreationJson): PublicKeyCredentialCreationOptions {
  const { challenge, user, excludeCredentials = [] } = json;
  return {
    ...json,
    challenge: bytesFromBase64(challenge),
    user: { ...user, id: bytesFromBase64(user.id) },
    excludeCredentials: excludeCredentials.map((one) => ({ ...one, id: bytesFromBase64(one.id) })),
  };
}

function requestOf(json: RequestJson): PublicKeyCredentialRequestOptions {
  return { ...json, challenge: bytesFromBase64(json.challenge), allowCredentials: [] };
}

function newCredential({ id, type, response }: PublicKeyCredential): object {
  const made = response as AuthenticatorAttestationResponse; // of one that was made
  return {
    ...{ id, rawId: id, type },
    response: {
      clientDataJSON: base64FromBytes(made.clientDataJSON),
      attestationObject: base64FromBytes(made.attestationObject),
      // Browsers of some years ago do not say.
      transports: "getTransports" in made ? made.getTransports() : [],
    },
  };
}

function signedCredential({ id, type, response }: PublicKeyCredential): object {
  const signed = response as AuthenticatorAssertionResponse; // it was asked to sign
  const { userHandle } = signed;
  return {
    ...{ id, rawId: id, type },
    response: {
      clientDataJSON: base64FromBytes(signed.clientDataJSON),
      authenticatorData: base64FromBytes(signed.authenticatorData),
      signature: base64FromBytes(signed.signature),
      ...(userHandle === null ? {} : { userHandle: base64FromBytes(userHandle) }),
    },
  };
}

const optionsIn = (value: unknown): unknown => Reflect.get(Object(value), "options");
const hasRequest = (value: unknown): value is { readonly options: RequestJson } =>
  textIn(optionsIn(value), "challenge") !== undefined;
const hasCreation = (value: unknown): value is { readonly options: CreationJson } =>
  hasRequest(value) && textIn(Reflect.get(value.options, "user"), "id") !== undefined;
const isPasskey = (value: unknown): value is Passkey =>
  textIn(value, "id") !== undefined && textIn(value, "name") !== undefined;
const hasPasskeys = (value: unknown): value is { readonly passkeys: readonly Passkey[] } =>
  Array.isArray(Reflect.get(Object(value), "passkeys"));
