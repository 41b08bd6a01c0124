// Sessions: a device on which somebody signed in, and the one token that renews it. A token that was used before is a
// stolen one, or its answer was lost: a moment later it is still taken, after that it ends the session for everybody.

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { AccountStore, SessionRow } from "../store/account-port.ts";

/** A device in the list of a person's own. */
export interface Device {
  readonly id: string;
  /** What it called itself. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly seenAtMs: number;
}

/** A session that was opened or renewed. */
export interface OpenSession {
  readonly sessionId: string;
  readonly userId: string;
  /** Shown once, kept as a hash. */
  readonly refreshToken: string;
}

export interface Sessions {
  open(userId: string, device: string): Promise<OpenSession>;
  /**
   * @returns undefined when the token is none or too old, or was used before: then its session is over. What is no token
   *   of the session says nothing about it: its id is in every token for requests, and ends nothing.
   */
  renew(refreshToken: string): Promise<OpenSession | undefined>;
  /** Whether the session is this person's and still there. */
  isOpen(userId: string, sessionId: string): Promise<boolean>;
  list(userId: string): Promise<Device[]>;
  close(userId: string, sessionId: string): Promise<boolean>;
  /** Closes all but one. */
  closeOthers(userId: string, keep: string | undefined): Promise<void>;
}

export interface SessionsOptions {
  readonly store: AccountStore;
  /** For how long a device need not have been seen. */
  readonly idleMs: number;
  /** Known to all servers on the store, and to nobody else. */
  readonly key: Uint8Array;
  now(): number;
}

/** For as long a token that was used is taken once more: two tabs at once, or an answer that never arrived. */
const GRACE_MS = 60_000;
const MAX_SESSIONS = 100;
/** Of the secret and of the proof. */
const SECRET_BYTES = 16;
const MAX_DEVICE = 200;
const ID = /^[A-Za-z0-9_-]{22}$/;
const FORM = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/;

export function createSessions({ store, idleMs, key, now }: SessionsOptions): Sessions {
  const isOver = ({ seenAtMs }: SessionRow) => now() - seenAtMs > idleMs;

  /** The oldest go, and what nobody renewed for too long. */
  async function tidy(userId: string): Promise<void> {
    const all = await store.sessions(userId);
    for (const [index, row] of all.entries())
      if (index >= MAX_SESSIONS || isOver(row)) await store.closeSession(userId, row.sessionId);
  }

  /**
   * The token after this one: always the same, so that two who renew with one at once go on with one, and computed by
   * nobody who has not the key.
   */
  function nextToken(sessionId: string, token: string): string {
    return tokenOf(sessionId, mac(key, token), key);
  }

  async function renewOnce(row: SessionRow, token: string): Promise<OpenSession | undefined> {
    const { sessionId, userId } = row;
    const refreshToken = nextToken(sessionId, token);
    const refresh = hashOf(refreshToken);
    if (row.refresh === refresh) return { sessionId, userId, refreshToken }; // somebody was faster, with the same token
    const next = { refresh, previous: hashOf(token), seenAtMs: now() };
    return (await store.renewSession(row, next)) ? { sessionId, userId, refreshToken } : undefined;
  }

  return {
    async open(userId, device) {
      const sessionId = randomBytes(16).toString("base64url");
      const refreshToken = tokenOf(sessionId, randomBytes(SECRET_BYTES), key);
      await store.openSession({
        sessionId,
        userId,
        device: readable(device),
        refresh: hashOf(refreshToken),
        previous: "",
        createdAtMs: now(),
        seenAtMs: now(),
      });
      await tidy(userId);
      return { sessionId, userId, refreshToken };
    },
    async renew(refreshToken) {
      const sessionId = FORM.exec(refreshToken)?.[1];
      const presented = hashOf(refreshToken);
      // Twice: somebody else may renew it between reading and writing, with the same token.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const row = sessionId === undefined ? undefined : await store.session(sessionId);
        if (row === undefined) return undefined;
        const isCurrent = row.refresh === presented;
        const isLate = row.previous === presented && now() - row.seenAtMs <= GRACE_MS;
        if (isOver(row) || !(isCurrent || isLate)) {
          if (isTokenOf(row.sessionId, refreshToken, key))
            await store.closeSession(row.userId, row.sessionId);
          return undefined;
        }
        const renewed = await renewOnce(row, refreshToken);
        if (renewed !== undefined) return renewed;
      }
      return undefined;
    },
    async isOpen(userId, sessionId) {
      if (!ID.test(sessionId)) return false;
      const row = await store.session(sessionId);
      return row?.userId === userId && !isOver(row);
    },
    async list(userId) {
      const rows = await store.sessions(userId);
      return rows
        .filter((row) => !isOver(row))
        .map(({ sessionId, device, createdAtMs, seenAtMs }) => ({
          id: sessionId,
          name: device,
          createdAtMs,
          seenAtMs,
        }));
    },
    close: async (userId, sessionId) =>
      ID.test(sessionId) && (await store.closeSession(userId, sessionId)),
    async closeOthers(userId, keep) {
      for (const { sessionId } of await store.sessions(userId))
        if (sessionId !== keep) await store.closeSession(userId, sessionId);
    },
  };
}

/** What somebody calls a device, as it can be stored and shown anywhere: without control characters. */
export function readable(name: string): string {
  return name
    .replace(/\p{Cc}/gu, " ")
    .toWellFormed()
    .trim()
    .slice(0, MAX_DEVICE)
    .toWellFormed();
}

/** The session's id, a secret that nobody guesses, and a proof that the server made both. */
function tokenOf(sessionId: string, secret: Buffer, key: Uint8Array): string {
  const proof = mac(key, `${sessionId}.${secret.toString("base64url")}`);
  return `${sessionId}.${Buffer.concat([secret, proof]).toString("base64url")}`;
}

/** Whether a token is one of the session's, now or once. */
function isTokenOf(sessionId: string, token: string, key: Uint8Array): boolean {
  const secret = Buffer.from(token.slice(sessionId.length + 1), "base64url").subarray(
    0,
    SECRET_BYTES,
  );
  const made = Buffer.from(tokenOf(sessionId, secret, key));
  const given = Buffer.from(token);
  return made.length === given.length && timingSafeEqual(made, given);
}

function mac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest().subarray(0, SECRET_BYTES);
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
