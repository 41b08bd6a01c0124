// A socket's session: what its client says, and what it is answered. Knows no sockets and no timers.

import {
  DEFAULT_LIMITS,
  isSynclineError,
  type Limits,
  type SpaceAddress,
  SynclineError,
  type SyncRequest,
} from "@syncline/core";
import { LIVE_CLOSE, LIVE_REQUEST_SCHEMAS, type LiveRequest } from "@syncline/core/protocol";
import { Compile } from "typebox/compile";
import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import { deltaText } from "../engine/delta-text.ts";
import { parseJson } from "../protocol/decode-json.ts";
import type { Throttle } from "../rate/throttle.ts";
import { behindFrame, createFrame, errorFrame, type Frame } from "./frame.ts";
import { alreadyFollowed, type Following, type Hub, type Sink } from "./hub.ts";
import type { LiveLimits } from "./limits.ts";

/** The socket under a session. */
export interface SessionSocket {
  /** What it does not take any more is lost: the socket is over. */
  send(frame: Frame): unknown;
  /** Bytes that were sent and not taken yet. */
  buffered(): number;
  close(code: number, reason: string): void;
}

export interface SessionOptions {
  readonly engine: Engine;
  readonly hub: Hub;
  readonly socket: SessionSocket;
  readonly limits: LiveLimits;
  readonly protocolLimits?: Limits;
  verifyToken(token: string): Promise<Principal>;
  /** Whose budget a message is taken from; nobody's where left out. */
  readonly throttle?: Pick<Throttle, "user">;
  /** Why no push can be taken now. */
  overloaded?(): SynclineError | undefined;
  /** Says whose socket it is. @throws {SynclineError} when there is no place for this user */
  identify(principal: Principal): void;
  now(): number;
  failed(what: string, thrown: unknown): void;
}

export interface Session {
  /** Takes a message; the next one comes after it has resolved. Never throws. */
  message(bytes: Uint8Array): Promise<void>;
  /** Called every second or so: ends what has expired, tells slow readers that they may read again. */
  tick(): void;
  /** The socket is gone. */
  closed(): void;
}

const checks = {
  auth: Compile(LIVE_REQUEST_SCHEMAS.auth),
  subscribe: Compile(LIVE_REQUEST_SCHEMAS.subscribe),
  unsubscribe: Compile(LIVE_REQUEST_SCHEMAS.unsubscribe),
  push: Compile(LIVE_REQUEST_SCHEMAS.push),
  presence: Compile(LIVE_REQUEST_SCHEMAS.presence),
  ping: Compile(LIVE_REQUEST_SCHEMAS.ping),
};
const PONG = createFrame("pong", '{"type":"pong"}');
/** Levels that a message's own envelope adds around a record's fields. */
const ENVELOPE_DEPTH = 8;

type Of<Type extends LiveRequest["type"]> = Extract<LiveRequest, { type: Type }>;

interface Subscription {
  /** Null while it is read for the first time. */
  following: Following | null;
  readonly clientId: string | undefined;
  present: boolean;
}

export function createSession(options: SessionOptions): Session {
  const { engine, hub, socket, limits, now } = options;
  const { jsonDepth } = options.protocolLimits ?? DEFAULT_LIMITS;
  const subscriptions = new Map<string, Subscription>();
  /** Spaces whose reader is told, once it has taken what waits, that it fell behind. */
  const behind = new Set<string>();
  const presenceBudget = createBudget(limits.presencesPerSecond, now);
  let principal: Principal | undefined;
  let over = false;

  function end(code: number, reason: string): void {
    if (over) return;
    finish();
    socket.close(code, reason);
  }

  function finish(): void {
    over = true;
    for (const name of [...subscriptions.keys()]) unsubscribe(name);
  }

  function unsubscribe(name: string): void {
    const subscription = subscriptions.get(name);
    if (subscription === undefined) return;
    subscriptions.delete(name);
    withdraw(subscription);
    subscription.following?.stop();
  }

  /** Whoever leaves is shown no more. */
  function withdraw(subscription: Subscription): void {
    const { following, clientId, present } = subscription;
    if (!present || following === null || clientId === undefined || principal === undefined) return;
    subscription.present = false;
    const { userId } = principal;
    hub.presences.set(following.admitted, { clientId, userId, state: null });
  }

  /** The caller, as long as the token is good. */
  function caller(): Principal {
    if (principal === undefined) throw new SynclineError("unauthenticated", "Send a token first.");
    return principal;
  }

  async function authenticate({ token }: Of<"auth">): Promise<void> {
    let next: Principal;
    try {
      next = await options.verifyToken(token);
    } catch (thrown) {
      if (!isSynclineError(thrown, "unauthenticated")) throw thrown;
      socket.send(errorFrame(thrown));
      end(LIVE_CLOSE.unauthenticated, "unauthenticated");
      return;
    }
    if (over) return;
    if (principal !== undefined && next.userId !== principal.userId) {
      socket.send(
        errorFrame(new SynclineError("unauthenticated", "This token is another user's.")),
      );
      end(LIVE_CLOSE.unauthenticated, "another user");
      return;
    }
    try {
      options.identify(next);
    } catch (thrown) {
      if (!isSynclineError(thrown)) throw thrown;
      socket.send(errorFrame(thrown));
      end(LIVE_CLOSE.rateLimited, thrown.code);
      return;
    }
    principal = next;
    socket.send(
      createFrame("ready", JSON.stringify({ type: "ready", expiresAt: next.expiresAtMs ?? null })),
    );
  }

  async function subscribe(request: Of<"subscribe">): Promise<void> {
    const { space: name, cursor, collections, clientId } = request;
    const who = caller();
    if (subscriptions.has(name)) throw alreadyFollowed();
    if (subscriptions.size >= limits.subscriptionsOfSocket) {
      throw new SynclineError(
        "rate_limited",
        `A socket follows at most ${limits.subscriptionsOfSocket} spaces.`,
      );
    }
    const subscription: Subscription = { following: null, clientId, present: false };
    subscriptions.set(name, subscription);
    behind.delete(name);
    const leave = () => {
      if (subscriptions.get(name) === subscription) subscriptions.delete(name);
      withdraw(subscription);
    };
    const sink: Sink = {
      get principal() {
        return principal ?? who;
      },
      send(frame) {
        if (over || isExpired()) return true; // nothing more is sent, and nobody waits for it
        if (socket.buffered() > limits.bufferedBytes) return false;
        socket.send(frame);
        return true;
      },
      behind() {
        leave();
        if (over) return;
        behind.add(name);
        tellBehind();
      },
      end(error) {
        leave();
        if (!over) socket.send(errorFrame(error, { space: name }));
      },
    };
    try {
      const following = await hub.follow(
        {
          name,
          address: addressOf(name),
          cursor,
          ...(collections === undefined ? {} : { collections }),
          ...(clientId === undefined ? {} : { clientId }),
        },
        sink,
      );
      if (following === undefined) return;
      if (subscriptions.get(name) === subscription) subscription.following = following;
      else following.stop();
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }

  function tellBehind(): void {
    if (behind.size === 0 || socket.buffered() > limits.bufferedBytes / 2) return;
    for (const name of behind) socket.send(behindFrame(name));
    behind.clear();
  }

  async function push({ ref, space, type: _type, ...request }: Of<"push">): Promise<void> {
    const who = caller();
    const busy = options.overloaded?.();
    if (busy !== undefined) throw busy;
    const following = subscriptions.get(space)?.following ?? undefined;
    following?.hold();
    let cursor: string | null = null;
    try {
      const { results, stopped, delta } = await engine.sync(
        who,
        addressOf(space),
        request as SyncRequest, // checked against its schema
      );
      if (!delta.more) cursor = delta.cursor;
      if (over) return;
      const head = JSON.stringify({
        type: "pushed",
        ref,
        results,
        ...(stopped === undefined ? {} : { stopped }),
      });
      socket.send(createFrame("pushed", `${head.slice(0, -1)},${deltaText(delta)}}`));
    } finally {
      await following?.release(cursor);
    }
  }

  function present({ space, state }: Of<"presence">): void {
    const { userId } = caller();
    const subscription = subscriptions.get(space);
    if (subscription?.following == null || subscription.clientId === undefined) {
      throw new SynclineError(
        "invalid",
        "Subscribe to the space with a client id before showing a presence in it.",
        { path: "space" },
      );
    }
    if (!presenceBudget()) {
      throw new SynclineError("rate_limited", "Presence changes too often.", { retryAfter: 1 });
    }
    const text = state === null ? null : JSON.stringify(state);
    if (text !== null && text.length > limits.presenceBytes) {
      throw new SynclineError(
        "too_large",
        `A presence holds at most ${limits.presenceBytes} bytes.`,
        { path: "state" },
      );
    }
    subscription.present = text !== null;
    const { clientId, following } = subscription;
    hub.presences.set(following.admitted, { clientId, userId, state: text });
  }

  async function answer(request: LiveRequest): Promise<void> {
    switch (request.type) {
      case "auth":
        return await authenticate(request);
      case "subscribe":
        return await subscribe(request);
      case "unsubscribe":
        caller();
        return unsubscribe(request.space);
      case "push":
        return await push(request);
      case "presence":
        return present(request);
      case "ping":
        socket.send(PONG);
        return;
      default:
        request satisfies never;
    }
  }

  const isExpired = () => (principal?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= now();

  return {
    async message(bytes) {
      if (over) return;
      if (isExpired()) return end(LIVE_CLOSE.unauthenticated, "token expired");
      let request: LiveRequest | undefined;
      try {
        request = parseRequest(bytes, jsonDepth + ENVELOPE_DEPTH);
        if (principal !== undefined)
          await options.throttle?.user(principal.userId, unitsOf(request));
        if (over) return;
        await answer(request);
      } catch (thrown) {
        if (over) return;
        if (!isSynclineError(thrown)) options.failed("a live message", thrown);
        const error = isSynclineError(thrown)
          ? thrown
          : new SynclineError("internal", undefined, { cause: thrown });
        socket.send(errorFrame(error, aboutOf(request)));
        // Whoever speaks without saying who he is, or not our language, is not listened to.
        if (request === undefined) end(LIVE_CLOSE.invalid, "invalid");
        // Nor who was signed out: with another token he may come back.
        else if (principal === undefined || error.code === "unauthenticated")
          end(LIVE_CLOSE.unauthenticated, "unauthenticated");
      }
    },
    tick() {
      if (over) return;
      if (isExpired()) return end(LIVE_CLOSE.unauthenticated, "token expired");
      tellBehind();
    },
    closed() {
      if (!over) finish();
    },
  };
}

/** @throws {SynclineError} `invalid`, `too_large` */
function parseRequest(bytes: Uint8Array, maxDepth: number): LiveRequest {
  const value = parseJson(bytes, { maxDepth, what: "A message" });
  const type = typeof value === "object" && value !== null && "type" in value ? value.type : "";
  const names = Object.keys(checks) as (keyof typeof checks)[];
  const name = names.find((known) => known === type);
  if (name === undefined) {
    throw new SynclineError("invalid", `A message's type is one of ${names.join(", ")}.`, {
      path: "type",
    });
  }
  const check = checks[name];
  if (check.Check(value)) return value;
  const [problem] = check.Errors(value);
  throw new SynclineError("invalid", `This ${name} message is malformed.`, {
    path: (problem?.instancePath ?? "").replace(/^\//, "").replaceAll("/", ".") || name,
  });
}

function aboutOf(request: LiveRequest | undefined): { ref?: number; space?: string } {
  return {
    ...(request !== undefined && "ref" in request ? { ref: request.ref } : {}),
    ...(request !== undefined && "space" in request ? { space: request.space } : {}),
  };
}

/** A message is one unit, a push as many as it has mutations: as over HTTP. */
function unitsOf(request: LiveRequest): number {
  return request.type === "push" ? Math.max(1, request.mutations.length) : 1;
}

/** `app/name` as a client writes it; what it names is checked where it is admitted. */
function addressOf(space: string): SpaceAddress {
  const slash = space.indexOf("/");
  return { app: space.slice(0, Math.max(slash, 0)), name: space.slice(slash + 1) };
}

/** A token bucket that holds two seconds' worth. */
function createBudget(perSecond: number, now: () => number): () => boolean {
  let left = perSecond * 2;
  let atMs = now();
  return () => {
    left = Math.min(perSecond * 2, left + ((now() - atMs) / 1000) * perSecond);
    atMs = now();
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
