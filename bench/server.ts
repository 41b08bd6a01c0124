// Starts the measured server as a child process and talks to it.

import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Mutation, SyncResponse } from "@syncline/core";
import type { Question, Report } from "./server-process.ts";

const CHILD = fileURLToPath(new URL("./server-process.ts", import.meta.url));

export interface MeasuredServer {
  readonly url: string;
  readonly token: string;
  /** That of simple-sync's `.root`, when the database knew none. */
  readonly rootKey: string | undefined;
  /** Resident memory in MiB, after a collection. */
  memory(): Promise<number>;
  /** The most memory that the process ever had, in MiB. */
  peak(): Promise<number>;
  /** Seconds that the server takes to make the lines of a first sync of bench/shared. */
  stream(): Promise<number>;
  push(space: string, clientId: string, mutations: readonly Mutation[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param path a file, or the address of a PostgreSQL database; then perhaps of a Redis, too
 * @param limits what one user, or one address, may ask for
 */
export async function startMeasuredServer(
  path: string,
  redisUrl?: string,
  limits: "wide" | "default" = "wide",
): Promise<MeasuredServer> {
  const child = fork(CHILD, redisUrl === undefined ? [path] : [path, redisUrl], {
    env: { ...process.env, BENCH_LIMITS: limits },
    execArgv: ["--conditions=syncline-source", "--expose-gc"],
  });
  const next = async <Type extends Report["type"]>(
    type: Type,
  ): Promise<Report & { type: Type }> => {
    for (;;) {
      const [message] = (await once(child, "message")) as [Report]; // the child says nothing else
      if (message.type === type) return message as Report & { type: Type };
    }
  };
  const ask = (question: Question) => child.send(question);
  const { url, token, rootKey } = await next("ready");
  return {
    url,
    token,
    rootKey,
    async memory() {
      const answer = next("memory");
      ask({ type: "memory" });
      return (await answer).rss / 2 ** 20;
    },
    async stream() {
      const answer = next("streamed");
      ask({ type: "stream" });
      return (await answer).seconds;
    },
    async peak() {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    async push(space, clientId, mutations) {
      const response = await fetch(`${url}/v1/${space}/sync`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({
          clientId,
          now: `${new Date().toISOString()}-0000-${clientId}`,
          cursor: null,
          mutations,
          pull: { limit: 1, collections: ["nothing"] },
        }),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      const { results } = (await response.json()) as SyncResponse; // our own server's answer
      const refused = results.find(({ status }) => status !== "applied");
      if (refused !== undefined || results.length !== mutations.length) {
        throw new Error(`Not all was applied: ${JSON.stringify(refused)}`);
      }
    },
    async stop() {
      const gone = once(child, "exit");
      ask({ type: "stop" });
      await gone;
    },
  };
}
