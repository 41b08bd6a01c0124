// A device with passkeys for tests: it signs what a browser would have it sign, without asking anybody, and can be told to lie.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type {
  CreationOptions,
  NewCredential,
  RequestOptions,
  SignedCredential,
} from "../accounts/passkeys.ts";

/** What a device, or the browser that asks it, says instead of the truth. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** What browsers call what they do: `webauthn.create`, `webauthn.get`. */
  readonly type?: string;
  /** That nobody showed who he is. */
  readonly userVerified?: false;
  readonly counter?: number;
  /** Another passkey's id, or another person's handle. */
  readonly id?: string;
  readonly userHandle?: string;
  /** With what is signed; another key of its own. */
  readonly otherKey?: true;
  /** The certificate of a maker, which nobody asked for. */
  readonly certificate?: Uint8Array;
}

export interface TestAuthenticator {
  /** Makes a passkey, as `navigator.credentials.create` does. */
  create(options: CreationOptions, lies?: Lies): NewCredential;
  /**
   * Signs with the passkey that it made last for the domain, as `navigator.credentials.get` does.
   * @throws {Error} where it has none
   */
  get(options: RequestOptions, lies?: Lies): SignedCredential;
}

interface Kept {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: KeyObject;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/**
 * A device with passkeys.
 * @param origin of the page that it is used on: `https://app.example.com`
 * @param counts whether it counts how often it signed; devices that copy passkeys to others do not
 */
export function createTestAuthenticator({
  origin,
  counts = true,
}: {
  readonly origin: string;
  readonly counts?: boolean;
}): TestAuthenticator {
  const kept: Kept[] = [];
  let count = 0;

  const clientData = (type: string, challenge: string, lies: Lies) =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
        crossOrigin: false,
      }),
    );

  function authenticatorData(rpId: string, lies: Lies, more = Buffer.alloc(0)): Buffer {
    if (counts) count += 1;
    const head = Buffer.alloc(5);
    const verified = lies.userVerified === false ? 0 : USER_VERIFIED;
    head.writeUInt8(USER_PRESENT | verified | (more.length > 0 ? HAS_CREDENTIAL : 0), 0);
    head.writeUInt32BE(lies.counter ?? count, 1);
    return Buffer.concat([hash(lies.rpId ?? rpId), head, more]);
  }

  return {
    create({ challenge, rp, user }, lies = {}) {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const id = lies.id === undefined ? randomBytes(32) : Buffer.from(lies.id, "base64url");
      const rpId = rp.id ?? new URL(origin).hostname;
      kept.push({ id: id.toString("base64url"), rpId, userHandle: user.id, key: privateKey });
      const { x = "", y = "" } = publicKey.export({ format: "jwk" });
      const cose = cbor(
        new Map<number, number | Buffer>([
          [1, 2], // an elliptic curve
          [3, -7], // ECDSA with SHA-256
          [-1, 1], // P-256
          [-2, Buffer.from(x, "base64url")],
          [-3, Buffer.from(y, "base64url")],
        ]),
      );
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const credential = Buffer.concat([Buffer.alloc(16), length, id, cose]);
      const authData = authenticatorData(rpId, lies, credential);
      const said = clientData("webauthn.create", challenge, lies);
      const certified = (certificate: Uint8Array) =>
        new Map<string, Cbor>([
          ["alg", -7],
          ["sig", sign("sha256", Buffer.concat([authData, hash(said)]), privateKey)],
          ["x5c", [Buffer.from(certificate)]],
        ]);
      const attestation = new Map<string, Cbor>([
        ["fmt", lies.certificate === undefined ? "none" : "packed"],
        ["attStmt", lies.certificate === undefined ? new Map() : certified(lies.certificate)],
        ["authData", authData],
      ]);
      return {
        ...named(id.toString("base64url")),
        response: {
          clientDataJSON: said.toString("base64url"),
          attestationObject: cbor(attestation).toString("base64url"),
          transports: ["internal"],
        },
      };
    },
    get({ challenge, rpId = new URL(origin).hostname }, lies = {}) {
      const passkey = kept.findLast((one) => one.rpId === rpId);
      if (passkey === undefined) throw new Error(`There is no passkey for ${rpId}.`);
      const data = authenticatorData(rpId, lies);
      const said = clientData("webauthn.get", challenge, lies);
      const key =
        lies.otherKey === true
          ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
          : passkey.key;
      return {
        ...named(lies.id ?? passkey.id),
        response: {
          clientDataJSON: said.toString("base64url"),
          authenticatorData: data.toString("base64url"),
          signature: sign("sha256", Buffer.concat([data, hash(said)]), key).toString("base64url"),
          userHandle: lies.userHandle ?? passkey.userHandle,
        },
      };
    },
  };
}

function named(id: string) {
  return { id, rawId: id, type: "public-key" } as const;
}

function hash(data: string | Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

type Cbor = number | string | Buffer | readonly Cbor[] | ReadonlyMap<number | string, Cbor>;

/** As much of CBOR (RFC 8949) as a device needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string")
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map)
    return Buffer.concat([
      head(5, value.size),
      ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)]),
    ]);
  const list = value as readonly Cbor[]; // all else was looked at
  return Buffer.concat([head(4, list.length), ...list.map(cbor)]);
}

function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size]);
  if (size < 256) return Buffer.from([(major << 5) | 24, size]);
  return Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
}
