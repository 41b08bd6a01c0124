// The processes of the scenario `kanso`: the server, the limit beside it, those who read and those who write.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Order, Taken } from "../kanso-load-process.ts";
import type { Answers } from "../kanso-raw-process.ts";
import type { Question, Report } from "../kanso-server-process.ts";
import type { WriteOrder, Written } from "../kanso-writers-process.ts";

export interface KansoServer {
  readonly url: string;
  ask<Type extends Report["type"]>(question: Type & Question): Promise<Report & { type: Type }>;
  /** Waits until the streak worker has nothing to do. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKansoServer(
  path: string,
  role: "worker" | "none",
): Promise<KansoServer> {
  const child = start("kanso-server-process.ts", [path, role]);
  const next = async <Type extends Report["type"]>(
    type: Type,
  ): Promise<Report & { type: Type }> => {
    for (;;) {
      const [message] = (await once(child, "message")) as [Report]; // the child says nothing else
      if (message.type === type) return message as Report & { type: Type };
    }
  };
  const { url } = await next("ready");
  const server: KansoServer = {
    url,
    async ask(question) {
      const answer = next(question);
      child.send(question);
      return await answer;
    },
    async settled() {
      while ((await server.ask("behind")).spaces > 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async stop() {
      const gone = once(child, "exit");
      child.send("stop" satisfies Question);
      await gone;
    },
  };
  return server;
}

export interface Peer<Given, Got> {
  ask(given: Given): Promise<Got>;
  stop(): Promise<void>;
}

/** Those who read: one process, which is slow before anybody else is. */
export const startReaders = () => startPeer<Order, Taken>("kanso-load-process.ts");
export const startWriters = () => startPeer<WriteOrder, Written>("kanso-writers-process.ts");
/** Answers with its address. */
export const startRaw = () => startPeer<Answers, string>("kanso-raw-process.ts");

function startPeer<Given extends object, Got>(file: string): Peer<Given, Got> {
  const child = start(file, []);
  let stopped = false;
  const failed = once(child, "exit").then(() => {
    if (!stopped) throw new Error(`${file} ended.`);
    return [];
  });
  failed.catch(() => undefined); // whoever asks is told
  return {
    async ask(given) {
      const answer = once(child, "message");
      child.send(given);
      const [got] = await Promise.race([answer, failed]);
      return got as Got; // as the process's own file says
    },
    async stop() {
      stopped = true;
      if (child.connected) child.disconnect();
      await failed.catch(() => undefined);
    },
  };
}

function start(file: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  return fork(path, args, { execArgv: ["--conditions=syncline-source", "--expose-gc"] });
}
