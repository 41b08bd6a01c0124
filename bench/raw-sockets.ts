// The limit of live updates: a bare WebSocket server in a process of its own, that passes on what it is sent.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./raw-sockets-process.ts", import.meta.url));

export interface RawSockets {
  readonly url: string;
  /** Resident memory in MiB, after a collection. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

export interface RawSocketsOptions {
  /** A database that messages are written to before they are passed on. */
  readonly path?: string;
  /** Compresses each message for each socket. */
  readonly deflate?: boolean;
}

export async function startRawSockets(options: RawSocketsOptions = {}): Promise<RawSockets> {
  const { path = "", deflate = false } = options;
  const child = fork(CHILD, [path, deflate ? "deflate" : "plain"], {
    execArgv: ["--conditions=syncline-source", "--expose-gc"],
  });
  const next = async <Message>(): Promise<Message> => {
    const [message] = (await once(child, "message")) as [Message]; // the child says one thing at a time
    return message;
  };
  const { url } = await next<{ url: string }>();
  return {
    url,
    async memory() {
      const answer = next<{ rss: number }>();
      child.send("memory");
      return (await answer).rss / 2 ** 20;
    },
    async stop() {
      const gone = once(child, "exit");
      child.send("stop");
      await gone;
    },
  };
}
