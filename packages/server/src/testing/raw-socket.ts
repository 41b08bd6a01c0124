// A bare live client for tests: says exactly what it is told, and keeps everything that it hears.

import { once } from "node:events";
import { WebSocket } from "ws";
import type { TestServer } from "./start-server.ts";

export interface HeardFrame {
  readonly type: string;
  readonly [name: string]: unknown;
}

export interface RawSocket {
  readonly socket: WebSocket;
  readonly heard: readonly HeardFrame[];
  say(message: unknown): void;
  /** Waits for the next frame of a type that was not waited for yet. */
  next(type: string): Promise<HeardFrame>;
  /** Waits until the server has closed the socket. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RawSocketOptions {
  readonly headers?: { readonly [name: string]: string };
  readonly protocols?: readonly string[];
  /** False: does not answer pings, as a peer that is gone. */
  readonly autoPong?: boolean;
  readonly path?: string;
}

/** That nothing comes is said long after it would have come, on any machine. */
const PATIENCE_MS = 180_000;

/** Opens a socket to a test server; with a user it authenticates, too. */
export async function openRawSocket(
  server: Pick<TestServer, "url" | "token">,
  userId?: string,
  options: RawSocketOptions = {},
): Promise<RawSocket> {
  const address = `${server.url.replace("http", "ws")}${options.path ?? "/v1/live"}`;
  const socket = new WebSocket(address, [...(options.protocols ?? ["syncline.v1"])], {
    headers: options.headers ?? {},
    autoPong: options.autoPong ?? true,
  });
  const heard: HeardFrame[] = [];
  const taken = new Set<HeardFrame>();
  const listeners = new Set<() => void>();
  let end: { code: number; reason: string } | undefined;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  socket.on("message", (data) => {
    heard.push(JSON.parse(String(data)) as HeardFrame);
    tell();
  });
  socket.on("close", (code, reason) => {
    end = { code, reason: String(reason) };
    tell();
  });

  function until<Value>(what: string, read: () => Value | undefined): Promise<Value> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = read();
        if (value === undefined) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(value);
      };
      const timer = setTimeout(() => {
        listeners.delete(look);
        reject(new Error(`no ${what}; heard ${JSON.stringify(heard).slice(0, 2_000)}`));
      }, PATIENCE_MS);
      listeners.add(look);
      look();
    });
  }

  const raw: RawSocket = {
    socket,
    heard,
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    next: (type) =>
      until(`frame ${type}`, () => {
        const frame = heard.find((one) => one.type === type && !taken.has(one));
        if (frame !== undefined) taken.add(frame);
        return frame;
      }),
    closed: () => until("close", () => end),
    async [Symbol.asyncDispose]() {
      if (end === undefined) socket.terminate();
      await raw.closed();
    },
  };
  await once(socket, "open");
  if (userId !== undefined) {
    raw.say({ type: "auth", token: await server.token(userId) });
    await raw.next("ready");
  }
  return raw;
}
