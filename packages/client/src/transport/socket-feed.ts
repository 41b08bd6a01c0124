// The live feed over one WebSocket for all spaces; pushes go over it, too, while it is open.

import {
  errorFromBody,
  isSynclineError,
  SynclineError,
  type SyncRequest,
  type SyncResponse,
} from "@syncline/core";
import type { Environment } from "../environment.ts";
import { backoffMs } from "../sync/backoff.ts";
import { noAnswer } from "./http.ts";
import type {
  CallOptions,
  ListListener,
  LiveFeed,
  LiveListener,
  LiveSubscription,
} from "./port.ts";
import { isErrorResponse, isLiveFrame, isMessage, isPeer, isSyncResponse } from "./shapes.ts";
import type { Tokens } from "./tokens.ts";

export interface SocketFeedOptions {
  /** `https://sync.example.com`; the socket is at `/v1/live`. */
  readonly url: string;
  readonly app: string;
  readonly tokens: Pick<Tokens, "get" | "forget">;
  readonly environment: Environment;
  readonly WebSocket: typeof WebSocket;
  /** Several tries in a row did not lead to a connection. */
  onUnusable(): void;
}

export interface SocketFeed extends LiveFeed {
  /** Whether a push can go over the socket now. */
  ready(): boolean;
  /** @throws {SynclineError} `offline` when the socket closes before the answer: what became of it is not known */
  sync(space: string, request: SyncRequest, options: CallOptions): Promise<SyncResponse>;
  /** Connects where it waits to do so. */
  wake(): void;
  /** The network may be gone: the connection is given up unless it answers. */
  doubt(): void;
  close(): void;
}

/** Larger pushes go over HTTP: the server takes no larger messages. */
export const MAX_MESSAGE_LENGTH = 300_000;

const SUBPROTOCOL = "syncline.v1";
const UNAUTHENTICATED = 4401;
const READY_MS = 15_000;
const ANSWER_MS = 30_000;
const QUIET_MS = 30_000;
/** With an answer outstanding, silence is doubted sooner. */
const DOUBT_MS = 3_000;
const PONG_MS = 4_000;
const MAX_PONG_MS = 30_000;
const TRIES = 3;
/** After a drop everybody comes back: spread over this, and longer each time. */
const RECONNECT = { baseMs: 2_000, capMs: 60_000 };
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Follow {
  readonly space: string;
  readonly listener: LiveListener;
  up: boolean;
  state: object | null | undefined;
}

interface Waiting {
  readonly resolve: (response: SyncResponse) => void;
  readonly reject: (error: SynclineError) => void;
}

export function createSocketFeed(options: SocketFeedOptions): SocketFeed {
  const { app, tokens, environment } = options;
  const follows = new Map<string, Follow>();
  const calls = new Map<number, Waiting>();
  let socket: WebSocket | undefined;
  let ready = false;
  let token = "";
  let nextRef = 1;
  let failures = 0;
  let pongMs = PONG_MS;
  let closed = false;
  let list: ListListener | undefined;
  /** Whether the server knows lists: an older one closes the socket of who asks. */
  let lists = false;
  let cancelRetry: (() => void) | undefined;
  let cancelQuiet = () => {};
  let cancelRenewal = () => {};

  const nameOf = (space: string) => `${app}/${space}`;
  const send = (message: object) => socket?.send(JSON.stringify(message));

  const nobodyListens = () => follows.size === 0 && list === undefined;
  const askForList = () => ready && lists && list !== undefined && send({ type: "spaces", app });

  function connect(): void {
    cancelRetry?.();
    cancelRetry = undefined;
    if (closed || socket !== undefined || nobodyListens()) return;
    let own: WebSocket;
    try {
      own = new options.WebSocket(
        `${options.url.replace(/^http/, "ws").replace(/\/+$/, "")}/v1/live`,
        [SUBPROTOCOL],
      );
    } catch {
      retry(); // a page's policy may forbid it
      return;
    }
    socket = own;
    const alive = () => socket === own;
    cancelQuiet = environment.setTimer(() => alive() && drop(own), READY_MS);
    own.onopen = () => {
      authenticate(alive).catch(() => alive() && drop(own));
    };
    own.onmessage = ({ data }) => {
      if (!alive()) return;
      listenFor(own);
      if (typeof data === "string") take(data);
    };
    own.onclose = ({ code }) => {
      if (!alive()) return;
      if (code === UNAUTHENTICATED) tokens.forget(token).catch(() => undefined);
      lose();
    };
    own.onerror = () => undefined; // a close follows
  }

  async function authenticate(alive: () => boolean): Promise<void> {
    const fresh = await tokens.get();
    if (!alive()) return;
    token = fresh;
    send({ type: "auth", token });
  }

  /** Closes the socket without waiting for its good-bye, which may never come. */
  function drop(own: WebSocket): void {
    own.close();
    lose();
  }

  function lose(): void {
    socket = undefined;
    ready = false;
    cancelQuiet();
    cancelRenewal();
    for (const { reject } of calls.values())
      reject(new SynclineError("offline", "The connection was lost."));
    calls.clear();
    for (const follow of follows.values()) goDown(follow);
    list?.down();
    retry();
  }

  function goDown(follow: Follow): void {
    if (!follow.up) return;
    follow.up = false;
    follow.listener.down();
  }

  function retry(): void {
    if (closed || nobodyListens()) return;
    failures += 1;
    if (failures >= TRIES) options.onUnusable();
    if (closed) return;
    cancelRetry?.();
    const ms = backoffMs(failures, environment.random(), undefined, RECONNECT);
    cancelRetry = environment.setTimer(connect, ms);
  }

  /** A connection on which nothing is heard is asked for a sign of life, and given up without one. */
  function listenFor(own: WebSocket): void {
    cancelQuiet();
    cancelQuiet = environment.setTimer(() => ask(own), calls.size > 0 ? DOUBT_MS : QUIET_MS);
  }

  function ask(own: WebSocket): void {
    if (socket !== own) return;
    cancelQuiet();
    send({ type: "ping" });
    cancelQuiet = environment.setTimer(() => {
      if (socket !== own) return;
      // A network that is only slow is given more time after that.
      pongMs = Math.min(MAX_PONG_MS, pongMs * 2);
      drop(own);
    }, pongMs);
  }

  function take(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (!isMessage(message)) return;
    const space = String(message["space"] ?? "").slice(app.length + 1);
    const follow = follows.get(space);
    switch (message.type) {
      case "ready":
        lists = message["lists"] === true;
        onReady(message["expiresAt"]);
        break;
      case "changes":
        if (follow === undefined) break;
        if (!isLiveFrame(message) || message.more) letGo(follow);
        else {
          if (!follow.up) {
            follow.up = true;
            if (follow.state !== undefined) show(follow);
            follow.listener.up();
          }
          follow.listener.frame(message);
        }
        break;
      case "spaces":
      case "members":
        list?.heard(message);
        break;
      case "behind":
        if (follow !== undefined) letGo(follow);
        break;
      case "presence":
        if (follow !== undefined && isPeer(message)) follow.listener.peer(message);
        break;
      case "pushed":
        answer(message["ref"], ({ resolve, reject }) =>
          isSyncResponse(message) ? resolve(message) : reject(noAnswer()),
        );
        break;
      case "error":
        if (!isErrorResponse(message)) break;
        if (message["ref"] !== undefined)
          answer(message["ref"], ({ reject }) => reject(errorFromBody(message.error)));
        else if (follow !== undefined) {
          const { code, retryAfter } = message.error;
          // Who was never let in is told when he is.
          if (code === "forbidden" && !follow.up) break;
          if (code !== "rate_limited") letGo(follow);
          else if (retryAfter !== undefined)
            environment.setTimer(() => ready && !follow.up && subscribe(follow), retryAfter * 1e3);
        }
        break;
      default: // a newer server may say more
    }
  }

  function answer(ref: unknown, give: (waiting: Waiting) => void): void {
    const waiting = typeof ref === "number" ? calls.get(ref) : undefined;
    if (waiting === undefined) return;
    calls.delete(Number(ref));
    give(waiting);
  }

  function onReady(expiresAt: unknown): void {
    failures = 0;
    cancelRenewal();
    if (typeof expiresAt === "number") {
      const leftMs = expiresAt - environment.now();
      const ms = Math.max(0, leftMs - Math.min(60_000, leftMs / 5));
      cancelRenewal = environment.setTimer(renew, Math.min(ms, MAX_TIMER_MS));
    }
    if (ready) return;
    ready = true;
    for (const follow of follows.values()) subscribe(follow);
    askForList();
  }

  /** A new token before the old one runs out: the socket stays. Without one, the server closes it. */
  function renew(): void {
    const own = socket;
    const old = token;
    const isAlive = () => socket === own && own !== undefined;
    tokens
      .forget(old)
      .then(() => (isAlive() ? authenticate(isAlive) : undefined))
      .catch(() => undefined);
  }

  function subscribe(follow: Follow): void {
    const own = socket;
    follow.listener.request().then(
      (request) => {
        if (socket !== own || follows.get(follow.space) !== follow) return;
        const { collections } = request;
        send({
          type: "subscribe",
          space: nameOf(follow.space),
          cursor: request.cursor,
          clientId: request.clientId,
          ...(collections === undefined ? {} : { collections }),
        });
      },
      () => letGo(follow),
    );
  }

  function show({ space, state }: Follow): void {
    if (ready) send({ type: "presence", space: nameOf(space), state });
  }

  /** The reader has to read by other means first; it follows again when it has. */
  function letGo(follow: Follow): void {
    if (!follows.delete(follow.space)) return;
    goDown(follow);
    follow.listener.lost();
  }

  return {
    ready: () => ready,
    doubt: () => socket !== undefined && ask(socket),
    wake() {
      if (socket !== undefined) ask(socket);
      else if (cancelRetry !== undefined) connect();
    },
    follow(space, listener): LiveSubscription {
      const follow: Follow = { space, listener, up: false, state: undefined };
      follows.set(space, follow);
      if (ready) subscribe(follow);
      else if (socket === undefined && cancelRetry === undefined) connect();
      return {
        present(state) {
          follow.state = state;
          if (follow.up) show(follow);
        },
        close() {
          if (follows.get(space) !== follow) return;
          follows.delete(space);
          if (ready) send({ type: "unsubscribe", space: nameOf(space) });
        },
      };
    },
    followList(listener) {
      list = listener;
      askForList();
      if (socket === undefined && cancelRetry === undefined) connect();
      return () => {
        if (list === listener) list = undefined;
      };
    },
    sync(space, request, { signal }) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(new SynclineError("aborted"));
          return;
        }
        const ref = nextRef++;
        const own = socket;
        const late = environment.setTimer(
          () => own !== undefined && socket === own && drop(own),
          ANSWER_MS,
        );
        const stop = () => {
          finish();
          reject(new SynclineError("aborted"));
        };
        const finish = () => {
          late();
          calls.delete(ref);
          signal.removeEventListener("abort", stop);
        };
        signal.addEventListener("abort", stop, { once: true });
        calls.set(ref, {
          resolve(response) {
            finish();
            resolve(response);
          },
          reject(error) {
            finish();
            reject(isSynclineError(error) ? error : new SynclineError("offline"));
          },
        });
        send({ type: "push", ref, space: nameOf(space), ...request });
        if (own !== undefined) listenFor(own);
      });
    },
    close() {
      closed = true;
      cancelRetry?.();
      cancelQuiet();
      cancelRenewal();
      const own = socket;
      socket = undefined;
      ready = false;
      follows.clear();
      list = undefined;
      for (const { reject } of calls.values()) reject(new SynclineError("closed"));
      calls.clear();
      own?.close();
    },
  };
}
