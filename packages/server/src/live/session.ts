// A socket's session: what its client says, and what it is answered. Knows no sockets and no timers.

import {
  DEFAULT_LIMITS,
  isSynclineError,
  type Limits,
  SynclineError,
  type SyncRequest,
} from "@syncline/core";
import { LIVE_CLOSE, type LiveRequest } from "@syncline/core/protocol";
import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import { deltaText } from "../engine/delta-text.ts";
import type { Throttle } from "../rate/throttle.ts";
import { behindFrame, createFrame, errorFrame, type Frame } from "./frame.ts";
import { alreadyFollowed, type Following, type Hub, type Sink } from "./hub.ts";
import { createKnocks } from "./knocks.ts";
import type { LiveLimits } from "./limits.ts";
import { aboutOf, addressOf, isPing, parseRequest, unitsOf } from "./requests.ts";
import { createSpaceLists } from "./space-lists.ts";

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
  /** Answers a sign of life that is asked for, ahead of what waits; false: it waits for its turn like any message. */
  urgent(bytes: Uint8Array): boolean;
  /** Called every second or so: ends what has expired, tells slow readers that they may read again. */
  tick(): void;
  /** The socket is gone. */
  closed(): void;
}

const PONG = createFrame("pong", '{"type":"pong"}');
/** More often than this, a sign of life waits for its turn. */
const PONG_MS = 1_000;
/** Levels that a message's own envelope adds around a record's fields. */
const ENVELOPE_DEPTH = 8;

type Of<Type extends LiveRequest["type"]> = Extract<LiveRequest, { type: Type }>;

interface Subscription {
  /** Null while it is read for the first time. */
  following: Following | null;
  readonly clientId: string | undefined;
  present: boolean;
}

/** Speaks the socket protocol with one client, over any socket. */
export function createSession(options: SessionOptions): Session {
  const { engine, hub, socket, limits, now } = options;
  const { jsonDepth } = options.protocolLimits ?? DEFAULT_LIMITS;
  const subscriptions = new Map<string, Subscription>();
  const knocks = createKnocks(engine, (name) => {
    if (over) return;
    // It reads by other means, and follows then.
    behind.add(name);
    tellBehind();
  });
  const lists = createSpaceLists({
    ...options,
    principal: caller,
    send(frame) {
      if (over || isExpired()) return true; // nothing more is sent
      if (socket.buffered() > limits.bufferedBytes) return false;
      socket.send(frame);
      return true;
    },
  });
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
    lists.close();
    for (const name of [...subscriptions.keys(), ...knocks.names()]) unsubscribe(name);
  }

  function unsubscribe(name: string): void {
    knocks.end(name);
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
      createFrame(
        "ready",
        JSON.stringify({ type: "ready", expiresAt: next.expiresAtMs ?? null, lists: true }),
      ),
    );
  }

  async function subscribe(request: Of<"subscribe">): Promise<void> {
    const { space: name, cursor, collections, clientId } = request;
    const who = caller();
    if (subscriptions.has(name)) throw alreadyFollowed();
    unsubscribe(name);
    if (subscriptions.size + knocks.size >= limits.subscriptionsOfSocket) {
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
      if (!over && isSynclineError(thrown, "forbidden")) knocks.begin(name, () => principal ?? who);
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
      case "spaces":
        return await lists.open(request.app);
      case "ping":
        socket.send(PONG);
        return;
      default:
        request satisfies never;
    }
  }

  const isExpired = () => (principal?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= now();

  let pongAtMs = 0;
  return {
    urgent(bytes) {
      if (over || principal === undefined || isExpired() || !isPing(bytes)) return false;
      if (now() - pongAtMs < PONG_MS) return false;
      pongAtMs = now();
      socket.send(PONG);
      return true;
    },
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
      lists.tick();
    },
    closed() {
      if (!over) finish();
    },
  };
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
