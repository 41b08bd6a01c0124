// The transport of a running app: HTTP, and a live feed beside it that falls back from a socket to event streams.

import { isSynclineError } from "@syncline/core";
import { type Environment, systemEnvironment } from "../environment.ts";
import { createEventFeed } from "./event-feed.ts";
import { createHttpTransport, type HttpTransportOptions } from "./http.ts";
import type { LiveFeed, LiveListener, LiveSubscription, Transport } from "./port.ts";
import { createSocketFeed, MAX_MESSAGE_LENGTH } from "./socket-feed.ts";
import { createTokens } from "./tokens.ts";

export interface LiveTransportOptions extends HttpTransportOptions {
  readonly environment?: Environment;
  /** What opens sockets; the platform's where left out, none where null. */
  readonly WebSocket?: typeof WebSocket | null;
}

/** How long event streams are kept before a socket is tried again. */
const SOCKET_AGAIN_MS = 5 * 60_000;

interface Follow {
  readonly space: string;
  readonly listener: LiveListener;
  state: Parameters<LiveSubscription["present"]>[0] | undefined;
  inner: LiveSubscription | undefined;
  up: boolean;
}

/** A transport with a live feed. Where neither socket nor stream gets through, devices poll. */
export function createLiveTransport(options: LiveTransportOptions): Transport {
  const environment = options.environment ?? systemEnvironment();
  const tokens = options.tokens ?? createTokens(options.token);
  const http = createHttpTransport({ ...options, environment, tokens });
  const Socket = options.WebSocket === undefined ? globalThis.WebSocket : options.WebSocket;
  const follows = new Set<Follow>();
  let cancelReturn = () => {};
  const events = createEventFeed({ http, environment, onUnusable: () => use(sockets ?? events) });
  const sockets =
    Socket === null || Socket === undefined
      ? undefined
      : createSocketFeed({
          ...options,
          tokens,
          environment,
          WebSocket: Socket,
          onUnusable: () => use(events),
        });
  let current: LiveFeed = sockets ?? events;
  const stopWaking = environment.onWake(() => sockets?.wake());
  const stopLosing = environment.onOffline?.(() => sockets?.doubt());

  /** Moves everybody to another way of following. */
  function use(feed: LiveFeed): void {
    if (feed === current) return;
    current = feed;
    cancelReturn();
    if (feed === events && sockets !== undefined)
      cancelReturn = environment.setTimer(() => use(sockets), SOCKET_AGAIN_MS);
    for (const follow of follows) {
      follow.inner?.close();
      goDown(follow);
      begin(follow);
    }
  }

  function goDown(follow: Follow): void {
    if (follow.up) follow.listener.down();
    follow.up = false;
  }

  function begin(follow: Follow): void {
    const { listener } = follow;
    follow.inner = current.follow(follow.space, {
      ...listener,
      up() {
        follow.up = true;
        listener.up();
      },
      down: () => goDown(follow),
      lost() {
        follows.delete(follow);
        listener.lost();
      },
    });
    if (follow.state !== undefined) follow.inner.present(follow.state);
  }

  return {
    pull: http.pull,
    stream: http.stream,
    checkTokens: tokens.check,
    ...(http.call === undefined ? {} : { call: http.call }),
    async sync(space, request, callOptions) {
      if (sockets?.ready() && JSON.stringify(request.mutations).length < MAX_MESSAGE_LENGTH) {
        try {
          return await sockets.sync(space, request, callOptions);
        } catch (thrown) {
          // The token that it was opened with ended early: over HTTP another one is asked for.
          if (!isSynclineError(thrown, "unauthenticated")) throw thrown;
        }
      }
      return http.sync(space, request, callOptions);
    },
    live: {
      followList: (listener) => sockets?.followList?.(listener) ?? (() => {}),
      follow(space, listener) {
        const follow: Follow = { space, listener, state: undefined, inner: undefined, up: false };
        follows.add(follow);
        begin(follow);
        return {
          present(state) {
            follow.state = state;
            follow.inner?.present(state);
          },
          close() {
            follows.delete(follow);
            follow.inner?.close();
          },
        };
      },
    },
    async close() {
      cancelReturn();
      stopWaking();
      stopLosing?.();
      follows.clear();
      sockets?.close();
      events.close();
      await http.close();
    },
  };
}
